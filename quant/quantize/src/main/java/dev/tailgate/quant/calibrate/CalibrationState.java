package dev.tailgate.quant.calibrate;

import dev.tailgate.onnx.ir.Printable;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.scheme.TensorScheme;
import dev.tailgate.stats.Range;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a calibration knows between two batches, as plain data: the one form in which it is written
 * down and read again.
 *
 * @param headroom for how many times the samples tails are made
 * @param batches batches of the last pass that ended
 * @param passes passes that ended, those that began with tails too short among them
 * @param finished what is known of the points that are done, the first ones of all
 * @param pass the pass that is going on
 */
record CalibrationState(
    double headroom, int batches, int passes, List<Finished> finished, Optional<Pass> pass) {
  /** Before the first batch. */
  static final CalibrationState BEGINNING =
      new CalibrationState(1, 0, 0, List.of(), Optional.empty());

  /** Copies the list. */
  CalibrationState {
    finished = List.copyOf(finished);
  }

  /** A point that is done: its ranges in the order of the estimators. */
  record Finished(List<Range> ranges, List<DataFault> faults) {
    /** Copies the lists. */
    Finished {
      ranges = List.copyOf(ranges);
      faults = List.copyOf(faults);
    }
  }

  /**
   * A pass after some batches.
   *
   * @param batches how many
   * @param changes how often points came to be treated with care
   * @param careful positions of the points that are
   * @param points what is known of each point, in order
   */
  record Pass(int batches, int changes, Set<Integer> careful, List<PointState.Snapshot> points) {
    /** Copies the collections. */
    Pass {
      careful = Set.copyOf(careful);
      points = List.copyOf(points);
    }
  }

  /** Whether this can be of a calibration of so many points with these estimators. */
  boolean fits(int points, EstimatorNeeds needs) {
    boolean done =
        finished.size() <= points
            && finished.stream().allMatch(f -> f.ranges().size() == needs.estimators().size());
    int left = points - finished.size();
    return done
        && pass.map(
                p ->
                    p.points().size() <= left
                        && p.careful().stream().allMatch(i -> i >= 0 && i < p.points().size())
                        && p.points().stream().allMatch(point -> point.fits(needs)))
            .orElse(true);
  }

  /** The same with a pass that is going on. */
  CalibrationState during(Pass now) {
    return new CalibrationState(headroom, batches, passes, finished, Optional.of(now));
  }

  /** After a pass that ended early, for want of tails {@code growth} times as long. */
  CalibrationState tooShort(double growth) {
    return new CalibrationState(headroom * growth, batches, passes + 1, finished, Optional.empty());
  }

  /**
   * After a pass over {@code count} batches.
   *
   * @param points those of the whole calibration
   * @throws CalibrationException for a point without a value
   */
  CalibrationState ended(
      int count, List<PointState> states, List<QuantPoint.Activation> points, TensorScheme scheme) {
    List<Finished> all = new ArrayList<>(finished);
    for (PointState state : states) {
      QuantPoint.Activation point = points.get(all.size());
      List<DataFault> faults = state.faults().of(point.tensor());
      if (state.extremes().isEmpty()) {
        throw unusable(point, faults);
      }
      all.add(new Finished(state.ranges(scheme), faults));
    }
    return new CalibrationState(headroom, count, passes + 1, all, Optional.empty());
  }

  private static CalibrationException unusable(
      QuantPoint.Activation point, List<DataFault> faults) {
    String found =
        faults.stream()
            .map(
                f -> f.count() + " " + f.kind().label() + " from sample " + f.firstSample() + " on")
            .reduce((a, b) -> a + ", " + b)
            .orElse("no element");
    return new CalibrationException(
        "Failed to calibrate: expected values to make a range of, found "
            + found
            + " and nothing else in tensor "
            + Printable.of(point.tensor())
            + " ("
            + point.role()
            + "). Audit with --no-quantize to see where NaN and infinities come from.");
  }

  /** What is known of all points at the end. */
  CalibrationResult result(List<RangeEstimator> estimators, List<QuantPoint.Activation> points) {
    Map<RangeEstimator, Map<QuantPoint.Activation, Range>> ranges = new LinkedHashMap<>();
    for (int e = 0; e < estimators.size(); e++) {
      Map<QuantPoint.Activation, Range> byPoint = new LinkedHashMap<>();
      for (int i = 0; i < finished.size(); i++) {
        byPoint.put(points.get(i), finished.get(i).ranges().get(e));
      }
      ranges.put(estimators.get(e), byPoint);
    }
    List<DataFault> faults = finished.stream().flatMap(done -> done.faults().stream()).toList();
    return new CalibrationResult(ranges, faults, batches, passes);
  }
}
