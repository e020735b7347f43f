package dev.tailgate.cli.fuzz;

import java.util.List;
import java.util.Random;

/** Values that programs trip over. */
final class Extremes {
  private static final long[] LONGS = {
    0,
    1,
    -1,
    2,
    -2,
    3,
    7,
    8,
    16,
    127,
    128,
    255,
    256,
    65_535,
    65_536,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    1L << 31,
    1L << 32,
    1L << 40,
    1L << 61,
    1L << 62,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    Long.MAX_VALUE - 1
  };

  private static final double[] REALS = {
    0,
    -0.0,
    1,
    -1,
    0.5,
    1e-45,
    1e-300,
    Double.MIN_VALUE,
    1e20,
    -1e20,
    1e38,
    3.5e38,
    1e308,
    Double.MAX_VALUE,
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY
  };

  private static final List<String> TEXTS =
      List.of(
          "",
          " ",
          "\u0000",
          "a\nb",
          "\u001b[2J",
          "../../etc/passwd",
          "/dev/zero",
          "%s%n%d",
          "{}",
          "\uD800",
          "\u202Etxt",
          "<script>alert(1)</script>",
          "'; DROP TABLE x; --",
          "x".repeat(5_000),
          "-1",
          "1e999",
          "NaN",
          "null",
          "ai.onnx",
          "com.microsoft");

  private Extremes() {}

  static long ofLong(Random random, long old) {
    return switch (random.nextInt(4)) {
      case 0 -> old + random.nextInt(5) - 2;
      case 1 -> old * 2;
      default -> LONGS[random.nextInt(LONGS.length)];
    };
  }

  static double ofReal(Random random, double old) {
    return switch (random.nextInt(4)) {
      case 0 -> -old;
      case 1 -> old * Math.pow(10, random.nextInt(80) - 40);
      default -> REALS[random.nextInt(REALS.length)];
    };
  }

  static String ofText(Random random, String old) {
    return switch (random.nextInt(4)) {
      case 0 -> old + old;
      case 1 -> old.isEmpty() ? "x" : old.substring(0, random.nextInt(old.length()));
      default -> TEXTS.get(random.nextInt(TEXTS.size()));
    };
  }
}
