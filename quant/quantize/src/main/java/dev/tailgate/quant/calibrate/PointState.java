package dev.tailgate.quant.calibrate;

import dev.tailgate.quant.scheme.TensorScheme;
import dev.tailgate.stats.DyadicHistogram;
import dev.tailgate.stats.PercentileTails;
import dev.tailgate.stats.Range;
import dev.tailgate.stats.RunningRange;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What is known of one point after some batches: for every estimator as much as it needs, however
 * many batches there were.
 */
final class PointState {
  private final EstimatorNeeds needs;
  private final Map<RangeEstimator, RunningRange> running = new LinkedHashMap<>();
  private final FaultTally faults = new FaultTally();
  private Optional<DyadicHistogram> histogram;
  private Optional<PercentileTails> tails = Optional.empty();
  private Range extremes = Range.EMPTY;
  private long count;

  PointState(EstimatorNeeds needs) {
    this.needs = needs;
    this.histogram = needs.histogram() ? Optional.of(DyadicHistogram.create()) : Optional.empty();
    for (RangeEstimator estimator : needs.estimators()) {
      momentum(estimator).ifPresent(m -> running.put(estimator, RunningRange.create(m)));
    }
  }

  private static Optional<Double> momentum(RangeEstimator estimator) {
    if (estimator instanceof RangeEstimator.RunningMinMax minMax) {
      return Optional.of(minMax.momentum());
    }
    return estimator instanceof RangeEstimator.RunningPercentile percentile
        ? Optional.of(percentile.momentum())
        : Optional.empty();
  }

  /** Settles the length of the tails; before the first batch. */
  void keepTails(int k) {
    tails = Optional.of(PercentileTails.create(k));
  }

  /** Takes in all of a batch but its histogram. */
  void accept(BatchReading batch) {
    extremes = extremes.union(batch.extremes());
    count += batch.count();
    tails.ifPresent(t -> t.acceptTails(batch.smallest(), batch.largest()));
    running.forEach(
        (estimator, range) -> {
          int percentile = needs.batchPercentiles().indexOf(estimator);
          range.accept(percentile < 0 ? batch.extremes() : batch.percentiles().get(percentile));
        });
  }

  /**
   * The range by {@code estimator}; empty where there was no value yet.
   *
   * @param scheme the grid the range is for
   */
  Range range(RangeEstimator estimator, TensorScheme scheme) {
    if (extremes.isEmpty() || estimator instanceof RangeEstimator.MinMax) {
      return extremes;
    }
    if (estimator instanceof RangeEstimator.Percentile percentile) {
      double p = percentile.percent();
      PercentileTails ends = tails.orElseThrow();
      return new Range(ends.percentile(100 - p, count), ends.percentile(p, count));
    }
    if (estimator instanceof RangeEstimator.Mse) {
      return MseSearch.range(histogram.orElseThrow(), scheme);
    }
    if (estimator instanceof RangeEstimator.Entropy) {
      return EntropySearch.range(histogram.orElseThrow(), scheme);
    }
    RunningRange average = running.get(estimator);
    return average == null ? extremes : average.range();
  }

  /** Smallest and largest value so far. */
  Range extremes() {
    return extremes;
  }

  /** Number of values so far. */
  long count() {
    return count;
  }

  Optional<PercentileTails> tails() {
    return tails;
  }

  Optional<DyadicHistogram> histogram() {
    return histogram;
  }

  FaultTally faults() {
    return faults;
  }

  /** Writes down everything. */
  void write(DataOutput out) throws IOException {
    StateCodec.write(out, extremes);
    out.writeLong(count);
    for (RunningRange range : running.values()) {
      StateCodec.write(out, range.range());
      out.writeLong(range.batches());
    }
    for (double value : faults.state()) {
      out.writeDouble(value);
    }
    if (tails.isPresent()) {
      StateCodec.write(out, tails.get());
    }
    if (histogram.isPresent()) {
      StateCodec.write(out, histogram.get());
    }
  }

  /** Goes on from what was written after a batch, in a file of {@code size} bytes. */
  void read(DataInput in, long size) throws IOException {
    extremes = StateCodec.readRange(in);
    count = in.readLong();
    for (Map.Entry<RangeEstimator, RunningRange> entry : running.entrySet()) {
      double momentum = momentum(entry.getKey()).orElseThrow();
      Range range = StateCodec.readRange(in);
      entry.setValue(RunningRange.resume(momentum, range, in.readLong()));
    }
    double[] found = faults.state();
    for (int i = 0; i < found.length; i++) {
      found[i] = in.readDouble();
    }
    faults.restore(found);
    if (needs.tails().isPresent()) {
      tails = Optional.of(StateCodec.readTails(in, size));
    }
    if (histogram.isPresent()) {
      histogram = Optional.of(StateCodec.readHistogram(in));
    }
  }
}
