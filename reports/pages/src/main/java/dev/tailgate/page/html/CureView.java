package dev.tailgate.page.html;

import dev.tailgate.page.chart.ChartSpec;
import dev.tailgate.page.chart.CureCharts;
import dev.tailgate.page.chart.LayerCharts;
import dev.tailgate.page.chart.SvgChart;
import dev.tailgate.result.CureResult;
import dev.tailgate.result.RunResult;
import dev.tailgate.result.wording.CureFinding;
import dev.tailgate.result.wording.Numbers;
import dev.tailgate.result.wording.SchemeName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * What the page of a cure shows, with every number already a text.
 *
 * @param result what is shown
 * @param rows the stages
 * @param outliers charts by layer; empty without audits
 */
public record CureView(CureResult result, List<CureRow> rows, List<CompareGroup.Figure> outliers) {
  /** Copies the lists. */
  public CureView {
    rows = List.copyOf(rows);
    outliers = List.copyOf(outliers);
  }

  static CureView of(CureResult result, List<RunResult> audits) {
    List<RunResult> inOrder = new ArrayList<>(audits);
    Collections.reverse(inOrder);
    return new CureView(
        result,
        CureRow.of(result),
        inOrder.isEmpty()
            ? List.of()
            : List.of(
                new CompareGroup.Figure("Kurtosis", LayerCharts.kurtosis(inOrder)),
                new CompareGroup.Figure("Infinity norm", LayerCharts.infNorm(inOrder))));
  }

  /** The cured model in one line. */
  public String title() {
    String path = result.model();
    String file = path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
    return file + " with " + method();
  }

  /** The method alone. */
  public String method() {
    return result.method().replaceFirst(" at sites .*", "");
  }

  /** What came of it. */
  public String finding() {
    return typeset(CureFinding.of(result));
  }

  /** The scheme of the quantized models. */
  public String scheme() {
    return SchemeName.shown(result.scheme());
  }

  /** Whether there is a task metric. */
  public boolean isScored() {
    return result.metric().isPresent();
  }

  /** Its name and which way it improves. */
  public String metric() {
    return result.metric().orElse("") + ", " + result.direction().inWords();
  }

  /** The task metric of all stages. */
  public ChartSpec task() {
    return CureCharts.task(result);
  }

  /** Loss along the steps, and what validation said. */
  public List<CompareGroup.Figure> curves() {
    List<CompareGroup.Figure> curves = new ArrayList<>();
    if (!result.training().losses().isEmpty()) {
      curves.add(new CompareGroup.Figure("Loss of the training batches", CureCharts.loss(result)));
    }
    if (!result.training().validation().isEmpty()) {
      curves.add(
          new CompareGroup.Figure("Loss of the validation samples", CureCharts.validation(result)));
    }
    return curves;
  }

  /** What was trained on, watched where anything was, and held out. */
  public List<Fact> data() {
    CureResult.Data data = result.data();
    List<Fact> facts = new ArrayList<>();
    facts.add(new Fact("Trained on", samples(data.training()) + ": " + data.description()));
    facts.add(
        new Fact(
            "Labels",
            data.labels() ? "used in training" : "not used: the original is the teacher"));
    if (data.validation() > 0) {
      facts.add(
          new Fact(
              "Watched on",
              samples(data.validation()) + " of the same data that no step was made from"));
    }
    facts.add(new Fact("Held out", samples(data.heldOut()) + ": " + data.heldOutDescription()));
    facts.add(new Fact("SHA-256 of held-out data", data.heldOutSha256().orElse("unknown")));
    return facts;
  }

  /** How it was trained. */
  public List<Fact> recipe() {
    CureResult.Training training = result.training();
    List<Fact> facts = new ArrayList<>();
    facts.add(
        new Fact(
            "Steps",
            Numbers.count(training.steps())
                + ", which saw "
                + samples(training.samples())
                + ", each as often as it was seen"));
    facts.add(new Fact("Ended", training.ended()));
    facts.add(new Fact("Time", Numbers.compact(training.seconds()) + " s"));
    training
        .recipe()
        .forEach(setting -> facts.add(new Fact(capital(setting.name()), setting.value())));
    facts.add(new Fact("Original", result.model()));
    facts.add(new Fact("Cured model", result.out()));
    facts.add(new Fact("Attention", result.method()));
    facts.add(new Fact("Written by", result.tool().name() + " " + result.tool().version()));
    return facts;
  }

  /** A chart as an element of the page. */
  public String svg(ChartSpec chart) {
    return SvgChart.inline(chart);
  }

  private static String samples(long count) {
    return Numbers.count(count) + (count == 1 ? " sample" : " samples");
  }

  private static String capital(String name) {
    return name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
  }

  static String typeset(String words) {
    return words
        .replaceAll("(?<=[ (])-(?=[0-9])", "\u2212")
        .replace(" %", "\u00a0%")
        .replace(" dB", "\u00a0dB");
  }
}
