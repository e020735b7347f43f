package dev.tailgate.page.html;

import dev.tailgate.page.chart.ChartSet;
import dev.tailgate.page.chart.ChartSpec;
import dev.tailgate.page.chart.SvgChart;
import dev.tailgate.result.Finding;
import dev.tailgate.result.RunResult;
import dev.tailgate.result.Score;
import dev.tailgate.result.SensitivityResult;
import dev.tailgate.result.TaskMetric;
import dev.tailgate.result.diagnosis.Diagnosis;
import dev.tailgate.result.glossary.Glossary;
import dev.tailgate.result.glossary.Term;
import dev.tailgate.result.json.InlineJson;
import dev.tailgate.result.wording.Findings;
import dev.tailgate.result.wording.ModelNames;
import dev.tailgate.result.wording.Numbers;
import dev.tailgate.result.wording.PlainText;
import dev.tailgate.result.wording.TapRanking;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the page shows, with every number already a text; the templates only place it.
 *
 * @param main the model the report is about
 * @param names names of all models, that of {@code main} first
 * @param results all models, {@code main} first
 * @param charts pictures of all models
 */
public record ReportView(
    RunResult main, List<String> names, List<RunResult> results, ChartSet charts) {

  private static final int LONGEST_NAME = 200;

  /** A view of some models, the first being the one the report is about. */
  public static ReportView of(List<RunResult> results) {
    if (results.isEmpty()) {
      throw new IllegalArgumentException(
          "rendering a report: no results given, expected one or more");
    }
    return new ReportView(
        results.get(0), ModelNames.of(results), List.copyOf(results), ChartSet.of(results));
  }

  /** Whether other models stand beside the main one. */
  public boolean hasOthers() {
    return results.size() > 1;
  }

  /** The finding for a model, by its position. */
  public String finding(int model) {
    return Findings.of(results.get(model));
  }

  /** What must be read before any number. */
  public List<String> notices() {
    return Findings.notices(main);
  }

  /** The headline of a model as name, number and note. */
  public List<HeadlineRow> headline(int model) {
    return HeadlineRow.of(results.get(model));
  }

  /** The diagnosis of the main model; empty without evidence. */
  public List<Finding> findings() {
    return Diagnosis.of(main);
  }

  /** What quantizing parts of a model does: of the first model of which it was measured. */
  public Optional<PartsView> parts() {
    for (int i = 0; i < results.size(); i++) {
      Optional<SensitivityResult> measured = results.get(i).sensitivity();
      if (measured.isPresent()) {
        return Optional.of(
            PartsView.of(measured.get(), results.get(i), i == 0 ? "" : names.get(i)));
      }
    }
    return Optional.empty();
  }

  /** Rows of the main model's tap table, worst first. */
  public List<TapRow> taps() {
    return TapRow.of(TapRanking.worstFirst(main));
  }

  /** What the script reads. */
  public PageData data() {
    return PageData.of(main, TapRanking.worstFirst(main));
  }

  /** The grids of attention heads; empty without evidence. */
  public List<HeadGrid> heads() {
    return main.evidence().map(HeadGrid::of).orElse(List.of());
  }

  /** Data as text for an element that the browser does not run. */
  public static String json(PageData data) {
    return InlineJson.write(data);
  }

  /** A chart as an element of the page. */
  public String svg(ChartSpec chart) {
    return SvgChart.inline(chart);
  }

  /** A name from a model; very long ones lose their middle, which {@code result.json} keeps. */
  public static String name(String fromModel) {
    return PlainText.middleCut(fromModel, LONGEST_NAME);
  }

  /** The glossary's name for an agreement metric. */
  public static String metricName(String id) {
    return Glossary.ALL.metrics().stream()
        .filter(term -> term.id().equals(id))
        .map(Term::name)
        .findFirst()
        .orElseGet(() -> id.replace('_', ' '));
  }

  /**
   * One task metric of one model, as texts with their intervals.
   *
   * @param model whose it is
   * @param fp of the model as given
   * @param quantized of the quantized model
   * @param change quantized minus float
   */
  public record Measured(String model, String fp, String quantized, String change) {}

  /** The task metric {@code id} of every model that has it. */
  public List<Measured> measured(String id) {
    List<Measured> rows = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      String name = names.get(i);
      results.get(i).task().metrics().stream()
          .filter(metric -> metric.id().equals(id))
          .map(metric -> measured(name, metric))
          .forEach(rows::add);
    }
    return rows;
  }

  private static Measured measured(String name, TaskMetric metric) {
    return new Measured(
        name,
        withInterval(metric.fp(), Findings.value(metric.fp().value(), metric.unit())),
        metric
            .quantized()
            .map(s -> withInterval(s, Findings.value(s.value(), metric.unit())))
            .orElse("\u2013"),
        metric.delta().map(s -> withInterval(s, Numbers.signed(s.value()))).orElse("\u2013"));
  }

  private static String withInterval(Score score, String value) {
    return score.hasInterval()
        ? value + " (" + Numbers.compact(score.low()) + " to " + Numbers.compact(score.high()) + ")"
        : value;
  }

  /** What was run, as pairs of a name and a text. */
  public List<Fact> facts() {
    return Fact.of(main);
  }
}
