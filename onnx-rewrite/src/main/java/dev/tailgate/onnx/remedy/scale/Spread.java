package dev.tailgate.onnx.remedy.scale;

import java.util.Arrays;
import java.util.Locale;

/** Smallest and largest of some ranges, in words. */
final class Spread {
  private Spread() {}

  static String of(double[] ranges) {
    double low = Arrays.stream(ranges).min().orElse(0);
    double high = Arrays.stream(ranges).max().orElse(0);
    return String.format(Locale.ROOT, "%.3g to %.3g", low, high);
  }
}
