package dev.tailgate.quant.calibrate;

import dev.tailgate.stats.Range;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** The search that the estimators share which try candidates. */
final class LeastCost {
  private LeastCost() {}

  /**
   * The candidate of least cost; of equal ones the first, so they come from the widest on.
   *
   * @param otherwise where no candidate has a finite cost
   */
  static Range among(Stream<Range> candidates, ToDoubleFunction<Range> cost, Range otherwise) {
    Range[] best = {otherwise};
    double[] least = {Double.POSITIVE_INFINITY};
    candidates.forEachOrdered(
        candidate -> {
          double found = cost.applyAsDouble(candidate);
          if (found < least[0]) {
            least[0] = found;
            best[0] = candidate;
          }
        });
    return best[0];
  }
}
