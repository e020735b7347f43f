package dev.tailgate.quant.calibrate;

import dev.tailgate.onnx.build.Ops;
import java.util.Optional;

/**
 * The reductions of one activation {@code x [d0, ..., C]} that everything else is made from: its
 * smallest and largest element a slice {@code x[d0, ..., :]}.
 *
 * @param low {@code x} as {@code [S, C]}, for the lower end; where the pass is careful, with
 *     +Infinity in place of what must not count
 * @param high the same for the upper end, with -Infinity
 * @param min smallest elements {@code [S]}, those of padding too
 * @param max largest elements {@code [S]}, likewise
 * @param real where given, which slices are not padding, bool {@code [S]}
 */
record SliceExtremes(String low, String high, String min, String max, Optional<String> real) {
  /**
   * Reduces an activation.
   *
   * @param low the activation, for the lower end
   * @param high the same or another form of it
   */
  static SliceExtremes of(Ops ops, String low, String high, int rank, Optional<String> real) {
    String flatLow = flat(ops, low, rank);
    String flatHigh = low.equals(high) ? flatLow : flat(ops, high, rank);
    return new SliceExtremes(
        flatLow,
        flatHigh,
        perSlice(ops, "ReduceMin", flatLow),
        perSlice(ops, "ReduceMax", flatHigh),
        real);
  }

  private static String flat(Ops ops, String x, int rank) {
    return ops.node("Flatten", x).attribute("axis", rank - 1L).add();
  }

  /** A reduction of each row of {@code flat}, {@code [S]}. */
  static String perSlice(Ops ops, String op, String flat) {
    return ops.reshape(ops.reduce(op, flat, 1), -1);
  }

  /** Smallest elements with +Infinity for padding. */
  String realMin(Ops ops) {
    return real(ops, min, Float.POSITIVE_INFINITY);
  }

  /** Largest elements with -Infinity for padding. */
  String realMax(Ops ops) {
    return real(ops, max, Float.NEGATIVE_INFINITY);
  }

  private String real(Ops ops, String perSlice, float neutral) {
    return real.map(r -> ops.op("Where", r, perSlice, ops.scalar(neutral))).orElse(perSlice);
  }
}
