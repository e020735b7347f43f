package dev.tailgate.page.html;

import dev.tailgate.result.Headline;
import dev.tailgate.result.RunResult;
import dev.tailgate.result.Score;
import dev.tailgate.result.TaskResult;
import dev.tailgate.result.wording.Findings;
import dev.tailgate.result.wording.Numbers;
import dev.tailgate.result.wording.SchemeName;
import java.util.List;
import java.util.Optional;

/**
 * One number of the headline.
 *
 * @param label what it is
 * @param value the number with its unit
 * @param note how sure it is, or what it is taken over
 */
public record HeadlineRow(String label, String value, String note) {

  /** FP, quantized, delta, average kurtosis, max infinity norm, sites; the same for every model. */
  static List<HeadlineRow> of(RunResult result) {
    TaskResult task = result.task();
    Headline headline = result.headline();
    String scheme = SchemeName.shown(result.quantization().scheme());
    String better = task.direction().inWords();
    String metric = task.fp().isEmpty() ? "agreement with FP" : task.name();
    return List.of(
        new HeadlineRow(
            Findings.reference(result) + " " + task.name().replace(TaskResult.SYNTHETIC, "task"),
            score(task.fp(), task),
            interval(task.fp(), "no labels")),
        new HeadlineRow(
            scheme + " " + metric,
            score(task.quantized(), task),
            interval(task.quantized(), better)),
        new HeadlineRow(
            "Change",
            task.delta().map(d -> signed(d, task.unit())).orElse("\u2013"),
            task.delta().isPresent() ? interval(task.delta(), better) : "no labels"),
        new HeadlineRow(
            "Average kurtosis",
            Numbers.compact(headline.averageKurtosis()),
            headline.taps() + " taps, largest " + Numbers.compact(headline.maxKurtosis())),
        new HeadlineRow(
            "Max infinity norm",
            Numbers.compact(headline.maxInfNorm()),
            "mean over rows of max |x|"),
        new HeadlineRow(
            "Attention sites", Integer.toString(headline.sites()), normalisers(result)));
  }

  private static String score(Optional<Score> score, TaskResult task) {
    return score.map(s -> Findings.value(s.value(), task.unit())).orElse("\u2013");
  }

  private static String signed(Score delta, String unit) {
    String number = Numbers.signed(delta.value());
    return unit.isEmpty() ? number : number + "\u00a0" + unit;
  }

  private static String interval(Optional<Score> score, String otherwise) {
    return score
        .filter(Score::hasInterval)
        .map(s -> "95 % interval " + Numbers.compact(s.low()) + " to " + Numbers.compact(s.high()))
        .orElse(otherwise);
  }

  private static String normalisers(RunResult result) {
    return String.join(
        ", ", result.sites().stream().map(site -> site.normaliser()).distinct().toList());
  }
}
