package dev.tailgate.quant.calibrate;

import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.ElementType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Emits the careful form of an activation, in which faults count for nothing, and their number.
 * Faults are values that are no activations: NaN, infinities, and the constants that masks put in
 * their place.
 *
 * <pre>
 *   anywhere             |x| >= 1e30, and x = -65504, the lowest float16
 *   scores, mask sums    x <= -5000 as well: masks of -1e4, and sums of masks and scores
 * </pre>
 *
 * <p>Real activations below -5000 exist, so the last rule holds only where {@link ScoreTensors}
 * says that nothing but a softmax reads the tensor.
 *
 * @param low {@code x} with +Infinity in place of faults, neutral for minima
 * @param high {@code x} with -Infinity in place of faults, neutral for maxima
 * @param found {@code [d0, ..., 5]}, a slice each: number of NaN, of +Infinity, of -Infinity, of
 *     mask fills, and the smallest mask fill; padding included
 */
record FaultNodes(String low, String high, String found) {
  /** From this magnitude on no activation is real. */
  static final float HUGE = 1e30f;

  /** The fill of float16 masks. */
  static final float LOWEST_HALF = -65504;

  /** Scores that a softmax cannot tell from a mask. */
  static final float MASKED_SCORE = -5000;

  /** Number of columns of {@link #found}. */
  static final int COLUMNS = 5;

  static FaultNodes of(Ops ops, String x, boolean scores) {
    String positive = ops.op("Greater", x, ops.scalar(Float.MAX_VALUE));
    String negative = ops.op("Less", x, ops.scalar(-Float.MAX_VALUE));
    String finite = ops.op("Not", ops.op("Or", positive, negative));
    String fill = ops.op("And", finite, fill(ops, x, scores));
    List<String> kinds = List.of(ops.op("IsNaN", x), positive, negative, fill);
    String any = kinds.get(0);
    for (String kind : kinds.subList(1, kinds.size())) {
      any = ops.op("Or", any, kind);
    }
    String above = ops.scalar(Float.POSITIVE_INFINITY);
    List<String> columns = new ArrayList<>();
    kinds.forEach(
        kind -> columns.add(ops.reduce("ReduceSum", ops.cast(kind, ElementType.FLOAT), -1)));
    columns.add(ops.reduce("ReduceMin", ops.op("Where", fill, x, above), -1));
    return new FaultNodes(
        ops.op("Where", any, above, x),
        ops.op("Where", any, ops.scalar(Float.NEGATIVE_INFINITY), x),
        ops.concat(-1, columns));
  }

  /** Number of all faults in slices that are not padding, float64 {@code [1]}. */
  String bad(Ops ops, Optional<String> real) {
    String rows = ops.reshape(found, -1, COLUMNS);
    String counts = ops.slice(rows, 0, COLUMNS - 1, 1).add();
    String perSlice = ops.reshape(ops.reduce("ReduceSum", counts, 1), -1);
    String valid = real.map(r -> ops.op("Where", r, perSlice, ops.scalar(0))).orElse(perSlice);
    return ops.reduce("ReduceSum", ops.cast(valid, ElementType.DOUBLE), 0);
  }

  private static String fill(Ops ops, String x, boolean scores) {
    // No comparison for equality of floats before opset 11; NaN compares as neither.
    String huge = ops.op("Greater", ops.op("Abs", x), ops.scalar(Math.nextDown(HUGE)));
    String toHalf = ops.op("Abs", ops.op("Sub", x, ops.scalar(LOWEST_HALF)));
    String fill = ops.op("Or", huge, ops.op("Less", toHalf, ops.scalar(Float.MIN_NORMAL)));
    return scores
        ? ops.op("Or", fill, ops.op("Less", x, ops.scalar(Math.nextUp(MASKED_SCORE))))
        : fill;
  }

  /**
   * Whether a batch with this range may hold a fault.
   *
   * @param isFinite whether the sum of its elements is
   */
  static boolean suspects(float low, float high, boolean isFinite, boolean scores) {
    return !isFinite
        || Math.max(high, -low) >= HUGE
        || low <= LOWEST_HALF
        || (scores && low <= MASKED_SCORE);
  }
}
