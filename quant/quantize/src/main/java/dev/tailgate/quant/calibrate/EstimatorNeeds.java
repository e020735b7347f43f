package dev.tailgate.quant.calibrate;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What a list of estimators wants to know of each batch; all of them are fed by one run.
 *
 * @param estimators without repetition
 */
record EstimatorNeeds(List<RangeEstimator> estimators) {
  /** Copies the list. */
  EstimatorNeeds {
    estimators = List.copyOf(estimators);
  }

  /** The percentage that needs the longest tails, where exact percentiles are asked for. */
  OptionalDouble tails() {
    return of(RangeEstimator.Percentile.class).stream()
        .mapToDouble(RangeEstimator.Percentile::percent)
        .min();
  }

  /** Estimators that average batch percentiles, in order. */
  List<RangeEstimator.RunningPercentile> batchPercentiles() {
    return of(RangeEstimator.RunningPercentile.class);
  }

  /** Whether the elements themselves must leave the runtime. */
  boolean histogram() {
    return estimators.stream()
        .anyMatch(e -> e instanceof RangeEstimator.Mse || e instanceof RangeEstimator.Entropy);
  }

  private <T extends RangeEstimator> List<T> of(Class<T> kind) {
    List<T> found = new ArrayList<>();
    estimators.stream().filter(kind::isInstance).map(kind::cast).forEach(found::add);
    return found;
  }
}
