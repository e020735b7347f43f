package dev.tailgate.result.wording;

import dev.tailgate.result.QuantizationInfo;
import dev.tailgate.result.RunResult;
import dev.tailgate.result.Score;
import dev.tailgate.result.StoredQuantization;
import dev.tailgate.result.TapResult;
import dev.tailgate.result.TaskResult;
import dev.tailgate.result.metric.AgreementMetrics;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What an audit found, in plain words.
 *
 * <p>The words for outliers follow the average kurtosis of the headline taps: below {@value
 * #MARKED_FROM} "no marked", below {@value #SEVERE_FROM} "marked", from there on "severe". A
 * Gaussian has about 3; published models whose outliers were removed lie between about 10 and 80,
 * those with outliers above 1000. The bounds are a reading aid and decide nothing.
 */
public final class Findings {
  static final double MARKED_FROM = 10;
  static final double SEVERE_FROM = 100;

  private Findings() {}

  /** One or two sentences about one model. */
  public static String of(RunResult result) {
    long broken = result.taps().stream().filter(tap -> !tap.isFinite()).count();
    String start =
        broken == 0
            ? ""
            : String.format(
                Locale.ROOT,
                "%d of %d taps held NaN or infinite values. ",
                broken,
                result.taps().size());
    return start + outliers(result) + " " + cost(result);
  }

  private static String outliers(RunResult result) {
    double average = result.headline().averageKurtosis();
    if (Double.isNaN(average)) {
      return "No activation of the preset could be measured.";
    }
    String found =
        average >= SEVERE_FROM
            ? "Severe activation outliers"
            : average >= MARKED_FROM
                ? "Marked activation outliers"
                : "No marked activation outliers";
    return String.format(
        Locale.ROOT,
        "%s: kurtosis averages %s over %d taps (a Gaussian has about 3)%s.",
        found,
        Numbers.compact(average),
        result.headline().taps(),
        peak(result).map(Findings::where).orElse(""));
  }

  private static Optional<TapResult> peak(RunResult result) {
    return result.taps().stream()
        .filter(tap -> tap.inHeadline() && !Double.isNaN(tap.kurtosis()))
        .max(Comparator.comparingDouble(TapResult::kurtosis));
  }

  private static String where(TapResult tap) {
    String layer = tap.layer() < 0 ? "" : " of layer " + tap.layer();
    return " and peaks at " + Numbers.compact(tap.kurtosis()) + " in " + tap.role() + layer;
  }

  private static String cost(RunResult result) {
    TaskResult task = result.task();
    String scheme = SchemeName.shown(result.quantization().scheme());
    Optional<Score> quantized = task.quantized();
    if (quantized.isEmpty() && result.model().quantization().isPresent()) {
      return "Give --original for what its quantization costs.";
    }
    if (quantized.isEmpty()) {
      return nothing(result.quantization()).orElse(scheme + " was not evaluated.");
    }
    String after = value(quantized.get().value(), task.unit());
    if (task.fp().isEmpty() && Double.isNaN(quantized.get().value())) {
      return scheme + " gives outputs that are not finite: they have no SQNR.";
    }
    if (task.fp().isEmpty()) {
      return scheme + " agrees with the float model at " + after + " (" + task.name() + ").";
    }
    String change =
        task.delta().map(delta -> ", a change of " + Numbers.signed(delta.value())).orElse("");
    return String.format(
        Locale.ROOT,
        "%s takes %s from %s to %s%s.",
        scheme,
        task.name(),
        Numbers.compact(task.fp().get().value()),
        after,
        change);
  }

  /**
   * Why a scheme reached no matrix product of a model; empty where it reached one, and where it was
   * not asked for.
   */
  public static Optional<String> nothing(QuantizationInfo info) {
    if (info.products().filter(found -> found.quantized() == 0).isEmpty()) {
      return Optional.empty();
    }
    String scheme = SchemeName.shown(info.scheme());
    int all = info.products().get().all();
    if (all == 0) {
      return Optional.of(
          scheme + " was not evaluated: the model has no matrix product to quantize.");
    }
    String reasons =
        Reasons.inWords(info.keptFloat().stream().map(QuantizationInfo.KeptFloat::reason).toList());
    return Optional.of(
        scheme
            + " was not evaluated: it quantizes none of the "
            + all
            + " matrix products of the model"
            + (reasons.isEmpty() ? "." : " (" + reasons + ")."));
  }

  /** What the reader must know: how a model is quantized already, and that inputs were made up. */
  public static List<String> notices(RunResult result) {
    List<String> notices = new ArrayList<>();
    result
        .model()
        .quantization()
        .ifPresent(stored -> notices.add(alreadyQuantized(stored, result.quantization())));
    if (result.run().syntheticInputs()) {
      notices.add(
          "Synthetic inputs: made from the model's signature, not from data. Task numbers are"
              + " agreement with the float model on these inputs, not accuracy, and outliers on"
              + " real data may differ.");
    }
    return notices;
  }

  private static String alreadyQuantized(StoredQuantization stored, QuantizationInfo simulated) {
    boolean again = !simulated.simulation().equals(QuantizationInfo.AS_STORED);
    return "The model is quantized already: "
        + stored.inWords()
        + ". "
        + (again
            ? SchemeName.shown(simulated.scheme()) + " rounds it a second time."
            : "It is measured as it is; nothing is rounded on top.");
  }

  /** What the model of the first scores is: the float model, or one that is quantized already. */
  public static String reference(RunResult result) {
    boolean alone = result.task().quantized().isEmpty();
    return alone && result.model().quantization().isPresent() ? "as it is" : "FP";
  }

  /** A number with its unit, if it has one; outputs that are not finite have no SQNR. */
  public static String value(double value, String unit) {
    if (Double.isNaN(value) && unit.equals(AgreementMetrics.SQNR.unit())) {
      return Numbers.NOT_FINITE;
    }
    return unit.isEmpty() ? Numbers.compact(value) : Numbers.compact(value) + "\u00a0" + unit;
  }
}
