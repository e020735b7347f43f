package dev.tailgate.stats.metric;

import java.util.Objects;

/** Checks that two outputs can be compared element by element. */
final class Pairing {

  private Pairing() {}

  /** Requires {@code [from, to)} to lie in both arrays, which must be equally long. */
  static void require(String metric, float[] reference, float[] test, int from, int to) {
    if (reference.length != test.length) {
      throw new IllegalArgumentException(
          "Comparing outputs by "
              + metric
              + ": expected as many test values as reference values ("
              + reference.length
              + "), found "
              + test.length);
    }
    Objects.checkFromToIndex(from, to, reference.length);
  }

  /** Whether all of {@code values[from..to)} are finite. */
  static boolean allFinite(float[] values, int from, int to) {
    for (int i = from; i < to; i++) {
      if (!Float.isFinite(values[i])) {
        return false;
      }
    }
    return true;
  }
}
