package dev.tailgate.page.console;

import dev.tailgate.result.ElementPlace;
import dev.tailgate.result.Finding;
import dev.tailgate.result.RunResult;
import dev.tailgate.result.Score;
import dev.tailgate.result.TapResult;
import dev.tailgate.result.TaskResult;
import dev.tailgate.result.diagnosis.Diagnosis;
import dev.tailgate.result.metric.Metrics;
import dev.tailgate.result.wording.Findings;
import dev.tailgate.result.wording.ModelNames;
import dev.tailgate.result.wording.Numbers;
import dev.tailgate.result.wording.PlainText;
import dev.tailgate.result.wording.SchemeName;
import dev.tailgate.result.wording.TapRanking;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Results as a few lines for standard output: what was found, the headline, the worst taps.
 *
 * <p>The text is ASCII except for names out of the model, so that it survives any terminal and log.
 */
public final class ConsoleReport {
  private static final int WORST = 8;
  private static final int NAME = 44;
  private static final int HEADLINE_NAME = 30;

  private ConsoleReport() {}

  /**
   * The lines, each ended by a line feed.
   *
   * @param results the model the report is about, then any that stand beside it
   * @param report the HTML file that was written; empty if none was
   */
  public static String render(List<RunResult> results, Optional<Path> report) {
    RunResult main = results.get(0);
    StringBuilder out = new StringBuilder();
    out.append(clean(Findings.of(main))).append("\n\n");
    out.append(headline(results)).append('\n');
    out.append(TaskTable.render(main));
    if (!main.taps().isEmpty()) {
      out.append(worstTaps(main)).append('\n');
    }
    List<Finding> found = Diagnosis.of(main);
    if (!found.isEmpty()) {
      out.append("What goes with it:\n").append(DiagnosisText.render(found)).append('\n');
    }
    main.sensitivity().ifPresent(parts -> out.append(SensitivityText.render(parts)).append('\n'));
    Findings.notices(main)
        .forEach(notice -> out.append("note: ").append(clean(notice)).append('\n'));
    main.warnings().forEach(warning -> out.append("warning: ").append(clean(warning)).append('\n'));
    report.ifPresent(file -> out.append("wrote ").append(clean(file.toString())).append('\n'));
    return out.toString();
  }

  private static String headline(List<RunResult> results) {
    RunResult main = results.get(0);
    String scheme = SchemeName.shown(main.quantization().scheme());
    List<String> head =
        new ArrayList<>(List.of("model", "metric", Findings.reference(main), scheme, "change"));
    Metrics.ofModels().forEach(number -> head.add(number.plainHead()));
    head.add("sites");
    TextTable table = new TextTable(1, head);
    List<String> names = ModelNames.of(results);
    for (int i = 0; i < results.size(); i++) {
      RunResult result = results.get(i);
      TaskResult task = result.task();
      List<String> cells =
          new ArrayList<>(
              List.of(
                  PlainText.last(clean(names.get(i)), HEADLINE_NAME),
                  metric(task),
                  score(task.fp(), task.unit()),
                  score(task.quantized(), task.unit()),
                  task.delta().map(delta -> Numbers.signed(delta.value())).orElse("-")));
      Metrics.ofModels()
          .forEach(number -> cells.add(Numbers.compact(number.in(result.headline()))));
      cells.add(Integer.toString(result.headline().sites()));
      table.row(cells);
    }
    return table.render();
  }

  private static String metric(TaskResult task) {
    return task.fp().isEmpty() ? "agreement" : clean(task.name());
  }

  private static String score(Optional<Score> score, String unit) {
    return score.map(s -> clean(Findings.value(s.value(), unit))).orElse("-");
  }

  private static String worstTaps(RunResult result) {
    List<TapResult> ranked = TapRanking.worstFirst(result);
    List<TapResult> shown = ranked.subList(0, Math.min(WORST, ranked.size()));
    TextTable table =
        new TextTable(
            2,
            List.of(
                shown.size() < ranked.size()
                    ? "worst " + shown.size() + " of " + ranked.size() + " taps"
                    : "taps, worst first",
                "role",
                "layer",
                "kurtosis",
                "inf norm",
                "abs max",
                "@sample,token,channel",
                "6-sigma"));
    for (TapResult tap : shown) {
      List<String> cells =
          new ArrayList<>(
              List.of(
                  PlainText.last(clean(tap.tensor()), NAME),
                  clean(tap.role()),
                  tap.layer() < 0 ? "-" : Integer.toString(tap.layer())));
      cells.addAll(
          List.of(
              Numbers.compact(tap.kurtosis()),
              Numbers.compact(tap.maxInfNorm()),
              Numbers.compact(tap.absMax()),
              tap.absMaxAt().map(ConsoleReport::place).orElse("-"),
              Long.toString(tap.outliers6sigma()) + nonfinite(tap)));
      table.row(cells);
    }
    return table.render();
  }

  private static String place(ElementPlace place) {
    return index(place.sample()) + "," + index(place.token()) + "," + index(place.channel());
  }

  private static String index(long index) {
    return index < 0 ? "-" : Long.toString(index);
  }

  private static String nonfinite(TapResult tap) {
    return tap.isFinite() ? "" : " (" + tap.nan() + " NaN, " + tap.inf() + " Inf)";
  }

  private static String clean(String words) {
    return PlainText.of(words).replace('\u00a0', ' ');
  }
}
