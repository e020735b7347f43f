package dev.tailgate.quant.calibrate;

import dev.tailgate.quant.scheme.TensorScheme;
import dev.tailgate.stats.DyadicHistogram;
import dev.tailgate.stats.PercentileTails;
import dev.tailgate.stats.Range;
import dev.tailgate.stats.RunningRange;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

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
  void accept(PassResults.OfPoint batch) {
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

  /** Ranges by all estimators, in their order. */
  List<Range> ranges(TensorScheme scheme) {
    return needs.estimators().stream().map(estimator -> range(estimator, scheme)).toList();
  }

  /** All of it as plain data. */
  Snapshot snapshot() {
    return new Snapshot(
        extremes,
        count,
        running.values().stream().map(r -> new Average(r.range(), r.batches())).toList(),
        faults.counts(),
        tails.map(t -> new Ends(t.k(), t.smallest(), t.largest())),
        histogram.map(Bins::of));
  }

  /** Goes on where {@code snapshot} was taken. */
  static PointState of(EstimatorNeeds needs, Snapshot snapshot) {
    PointState state = new PointState(needs);
    state.extremes = snapshot.extremes();
    state.count = snapshot.count();
    Iterator<Average> averages = snapshot.running().iterator();
    state.running.replaceAll(
        (estimator, fresh) -> {
          Average then = averages.next();
          return RunningRange.resume(
              momentum(estimator).orElseThrow(), then.range(), then.batches());
        });
    state.faults.restore(snapshot.faults());
    state.tails = snapshot.tails().map(Ends::tails);
    state.histogram = snapshot.histogram().map(Bins::histogram);
    return state;
  }

  /**
   * What is known of one point, as plain data.
   *
   * @param running ranges that are averaged, in the order of their estimators
   */
  record Snapshot(
      Range extremes,
      long count,
      List<Average> running,
      FaultTally.Counts faults,
      Optional<Ends> tails,
      Optional<Bins> histogram) {
    /** Whether estimators that need so much can go on from it. */
    boolean fits(EstimatorNeeds needs) {
      long averages = needs.estimators().stream().filter(e -> momentum(e).isPresent()).count();
      return running.size() == averages
          && tails.isPresent() == needs.tails().isPresent()
          && histogram.isPresent() == needs.histogram()
          && histogram.map(Bins::isSound).orElse(true);
    }
  }

  /** An average over so many batches. */
  record Average(Range range, long batches) {}

  /** The values kept at both ends, {@code k} each at most. */
  @SuppressWarnings("ArrayRecordComponent") // made to be written down
  record Ends(int k, float[] smallest, float[] largest) {
    /** Refuses more values than are kept. */
    Ends {
      if (k < 1 || smallest.length > k || largest.length > k) {
        throw new IllegalArgumentException("Expected " + k + " values at each end at most");
      }
    }

    private PercentileTails tails() {
      PercentileTails tails = PercentileTails.create(k);
      tails.acceptTails(smallest, largest);
      return tails;
    }
  }

  /** A histogram by its filled bins. */
  @SuppressWarnings("ArrayRecordComponent") // made to be written down
  record Bins(int exponent, Range range, int[] filled, long[] counts) {
    private static Bins of(DyadicHistogram histogram) {
      long[] all = histogram.counts();
      int[] filled = IntStream.range(0, all.length).filter(i -> all[i] > 0).toArray();
      long[] counts = Arrays.stream(filled).mapToLong(i -> all[i]).toArray();
      return new Bins(histogram.exponent(), histogram.range(), filled, counts);
    }

    private boolean isSound() {
      try {
        return filled.length == counts.length && histogram().count() > -1;
      } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
        return false;
      }
    }

    private DyadicHistogram histogram() {
      long[] all = new long[2 * DyadicHistogram.HALF];
      for (int i = 0; i < filled.length; i++) {
        all[filled[i]] = counts[i];
      }
      return DyadicHistogram.of(exponent, all, range);
    }
  }
}
