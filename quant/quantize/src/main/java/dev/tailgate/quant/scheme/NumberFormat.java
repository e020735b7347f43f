package dev.tailgate.quant.scheme;

import dev.tailgate.onnx.ir.ElementType;
import java.util.Locale;

/** The numbers a quantized tensor is made of, before they are scaled. */
public sealed interface NumberFormat {
  /** Bits a number takes. */
  int bits();

  /** Spelling on the command line and in results, for example {@code uint8}. */
  String label();

  /** Smallest number. */
  double lowest();

  /** Largest number. */
  double highest();

  /**
   * Reads a label: {@code int2} to {@code int16}, {@code uint2} to {@code uint16}, {@code
   * fp8-e4m3}.
   *
   * @throws IllegalArgumentException for anything else
   */
  static NumberFormat parse(String text) {
    String label = text.toLowerCase(Locale.ROOT);
    if (label.equals(Float8E4M3.LABEL)) {
      return new Float8E4M3();
    }
    if (label.matches("u?int\\d{1,2}")) {
      boolean signed = label.startsWith("int");
      return new Int(Integer.parseInt(label.substring(signed ? 3 : 4)), signed);
    }
    throw new IllegalArgumentException(
        "Expected a number format such as int8, uint4 or fp8-e4m3, found '" + text + "'");
  }

  /**
   * Integers: {@code [-2^(bits-1), 2^(bits-1) - 1]} when signed, {@code [0, 2^bits - 1]} when not.
   */
  record Int(int bits, boolean signed) implements NumberFormat {
    private static final int FEWEST = 2;
    private static final int MOST = 16;

    /** Refuses widths that no integer grid of this field has. */
    public Int {
      if (bits < FEWEST || bits > MOST) {
        throw new IllegalArgumentException(
            "Integer formats have " + FEWEST + " to " + MOST + " bits, found " + bits);
      }
    }

    @Override
    public String label() {
      return (signed ? "int" : "uint") + bits;
    }

    /** Smallest integer. */
    public int qmin() {
      return signed ? -(1 << (bits - 1)) : 0;
    }

    /** Largest integer. */
    public int qmax() {
      return signed ? (1 << (bits - 1)) - 1 : (1 << bits) - 1;
    }

    @Override
    public double lowest() {
      return qmin();
    }

    @Override
    public double highest() {
      return qmax();
    }

    /** Whether ONNX has this very type, so that its operators round and saturate to it. */
    public boolean isNative() {
      return bits == 4 || bits == 8 || bits == 16;
    }

    /** The narrowest ONNX type that holds these integers and that ONNX Runtime computes with. */
    public ElementType storage() {
      if (bits == 4) {
        return signed ? ElementType.INT4 : ElementType.UINT4;
      }
      if (bits <= 8) {
        return signed ? ElementType.INT8 : ElementType.UINT8;
      }
      return signed ? ElementType.INT16 : ElementType.UINT16;
    }
  }

  /**
   * 8-bit floats with 4 exponent and 3 mantissa bits, no infinities (ONNX {@code float8e4m3fn}):
   * steps of 2^-9 below 2^-6, three mantissa bits above, largest 448. Rounds half to even and
   * saturates.
   */
  record Float8E4M3() implements NumberFormat {
    static final String LABEL = "fp8-e4m3";
    private static final double LARGEST = 448;
    private static final int SMALLEST_EXPONENT = -6;
    private static final int MANTISSA_BITS = 3;

    @Override
    public int bits() {
      return 8;
    }

    @Override
    public String label() {
      return LABEL;
    }

    @Override
    public double lowest() {
      return -LARGEST;
    }

    @Override
    public double highest() {
      return LARGEST;
    }

    /** The nearest number of the format; NaN stays NaN. */
    public static double round(double x) {
      double magnitude = Math.min(Math.abs(x), LARGEST);
      int exponent = Math.max(Math.getExponent(magnitude), SMALLEST_EXPONENT);
      double step = Math.scalb(1.0, exponent - MANTISSA_BITS);
      // Rounding up may cross the last number: 448 + 16 is 464, half-way, saturates as well.
      double rounded = Math.min(Math.rint(magnitude / step) * step, LARGEST);
      return Math.copySign(rounded, x);
    }

    /**
     * The byte that stands for {@link #round}ed {@code x}: sign, 4 exponent bits with bias 7, 3
     * mantissa bits. NaN is {@code 0x7F}.
     */
    public static int code(double x) {
      if (Double.isNaN(x)) {
        return 0x7F;
      }
      double rounded = round(x);
      int sign = Math.copySign(1, rounded) < 0 ? 0x80 : 0;
      double magnitude = Math.abs(rounded);
      int exponent = Math.max(Math.getExponent(magnitude), SMALLEST_EXPONENT);
      // Below 2^-6 there is no leading one, and the exponent bits are 0 instead of 1.
      int eighths = (int) Math.scalb(magnitude, MANTISSA_BITS - exponent);
      return sign | (((exponent - SMALLEST_EXPONENT) << MANTISSA_BITS) + eighths);
    }
  }
}
