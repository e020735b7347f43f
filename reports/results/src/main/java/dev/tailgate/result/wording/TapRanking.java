package dev.tailgate.result.wording;

import dev.tailgate.result.RunResult;
import dev.tailgate.result.TapResult;
import java.util.Comparator;
import java.util.List;

/**
 * The order in which taps deserve attention.
 *
 * <p>First taps with NaN or infinite elements, whatever else they hold; then the taps behind the
 * headline before the others, because only these are comparable with published numbers; within
 * each, larger kurtosis first. Ties keep graph order.
 */
public final class TapRanking {
  private static final Comparator<TapResult> WORST_FIRST =
      Comparator.comparing(TapResult::isFinite)
          .thenComparing(tap -> !tap.inHeadline())
          .thenComparing(TapRanking::kurtosisOrLeast, Comparator.reverseOrder());

  private TapRanking() {}

  /** All taps of the result, worst first. */
  public static List<TapResult> worstFirst(RunResult result) {
    return result.taps().stream().sorted(WORST_FIRST).toList();
  }

  private static double kurtosisOrLeast(TapResult tap) {
    return Double.isNaN(tap.kurtosis()) ? Double.NEGATIVE_INFINITY : tap.kurtosis();
  }
}
