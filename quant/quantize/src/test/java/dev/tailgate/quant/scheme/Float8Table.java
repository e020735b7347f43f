package dev.tailgate.quant.scheme;

/** All numbers of float8e4m3fn, from the bits as ONNX describes them, and the nearest by search. */
public final class Float8Table {
  private Float8Table() {}

  /** The number of a code: sign, 4 exponent bits with bias 7, 3 mantissa bits. */
  public static double value(int code) {
    int exponent = (code >> 3) & 0xF;
    int mantissa = code & 7;
    if (exponent == 15 && mantissa == 7) {
      return Double.NaN;
    }
    double magnitude =
        exponent == 0
            ? mantissa / 8.0 * Math.pow(2, -6)
            : (1 + mantissa / 8.0) * Math.pow(2, exponent - 7);
    return (code & 0x80) == 0 ? magnitude : -magnitude;
  }

  /** The nearest number; of two the one with an even code; beyond the largest the largest. */
  public static double nearest(double x) {
    double magnitude = Math.min(Math.abs(x), 448);
    int best = 0;
    for (int code = 1; code < 127; code++) {
      double here = Math.abs(value(code) - magnitude);
      double before = Math.abs(value(best) - magnitude);
      if (here < before || (here == before && code % 2 == 0)) {
        best = code;
      }
    }
    return Math.copySign(value(best), x);
  }
}
