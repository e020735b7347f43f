package dev.tailgate.quant.calibrate;

import dev.tailgate.onnx.ir.Printable;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.scheme.TensorScheme;
import dev.tailgate.stats.Range;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a calibration knows besides the pass that is going on. */
final class RunState {
  private static final List<DataFault.Kind> KINDS = List.of(DataFault.Kind.values());

  /** A point that is done: its ranges in the order of the estimators. */
  record Finished(QuantPoint.Activation point, List<Range> ranges, List<DataFault> faults) {}

  private final List<RangeEstimator> estimators;
  private final List<QuantPoint.Activation> points;
  private final List<Finished> finished = new ArrayList<>();
  private double headroom = 1;
  private int batches;
  private int passes;

  RunState(List<RangeEstimator> estimators, List<QuantPoint.Activation> points) {
    this.estimators = estimators;
    this.points = points;
  }

  /**
   * Adds the next points.
   *
   * @throws CalibrationException for a point without a value
   */
  void finish(List<PointState> states, TensorScheme scheme) {
    for (PointState state : states) {
      QuantPoint.Activation point = points.get(finished.size());
      List<DataFault> faults = state.faults().of(point.tensor());
      if (state.extremes().isEmpty()) {
        throw unusable(point, faults);
      }
      List<Range> ranges = estimators.stream().map(e -> state.range(e, scheme)).toList();
      finished.add(new Finished(point, ranges, faults));
    }
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

  /** The points that are done, the first ones of all. */
  List<Finished> finished() {
    return finished;
  }

  /** For how many times the samples tails are made. */
  double headroom() {
    return headroom;
  }

  /** Notes that a pass ended early, for want of tails {@code growth} times as long. */
  void passFailed(double growth) {
    headroom *= growth;
    passes++;
  }

  /** Notes that a pass ended after {@code count} batches. */
  void passEnded(int count) {
    batches = count;
    passes++;
  }

  CalibrationResult result() {
    Map<RangeEstimator, Map<QuantPoint.Activation, Range>> ranges = new LinkedHashMap<>();
    for (int e = 0; e < estimators.size(); e++) {
      Map<QuantPoint.Activation, Range> byPoint = new LinkedHashMap<>();
      for (Finished done : finished) {
        byPoint.put(done.point(), done.ranges().get(e));
      }
      ranges.put(estimators.get(e), byPoint);
    }
    List<DataFault> faults = finished.stream().flatMap(done -> done.faults().stream()).toList();
    return new CalibrationResult(ranges, faults, batches, passes);
  }

  void write(DataOutput out) throws IOException {
    out.writeDouble(headroom);
    out.writeInt(batches);
    out.writeInt(passes);
    out.writeInt(finished.size());
    for (Finished done : finished) {
      for (Range range : done.ranges()) {
        StateCodec.write(out, range);
      }
      out.writeInt(done.faults().size());
      for (DataFault fault : done.faults()) {
        out.writeInt(KINDS.indexOf(fault.kind()));
        out.writeLong(fault.count());
        out.writeLong(fault.firstSample());
        out.writeDouble(fault.example());
      }
    }
  }

  /** Takes over what was written. */
  void read(DataInput in) throws IOException {
    headroom = in.readDouble();
    batches = in.readInt();
    passes = in.readInt();
    finished.clear();
    int count = StateCodec.length(in, points.size());
    for (int i = 0; i < count; i++) {
      List<Range> ranges = new ArrayList<>();
      for (int e = 0; e < estimators.size(); e++) {
        ranges.add(StateCodec.readRange(in));
      }
      finished.add(new Finished(points.get(i), ranges, faults(in, points.get(i).tensor())));
    }
  }

  private static List<DataFault> faults(DataInput in, String tensor) throws IOException {
    List<DataFault> faults = new ArrayList<>();
    int count = StateCodec.length(in, KINDS.size());
    for (int i = 0; i < count; i++) {
      DataFault.Kind kind = KINDS.get(StateCodec.length(in, KINDS.size() - 1L));
      faults.add(new DataFault(tensor, kind, in.readLong(), in.readLong(), in.readDouble()));
    }
    return faults;
  }
}
