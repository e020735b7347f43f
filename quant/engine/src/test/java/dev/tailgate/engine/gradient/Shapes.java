package dev.tailgate.engine.gradient;

import java.util.Arrays;
import java.util.stream.Collectors;

/** How cases call shapes. */
final class Shapes {
  private Shapes() {}

  /** Sizes with x between them. */
  static String label(long... shape) {
    return Arrays.stream(shape).mapToObj(Long::toString).collect(Collectors.joining("x", "[", "]"));
  }
}
