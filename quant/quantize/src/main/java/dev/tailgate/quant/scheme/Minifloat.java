package dev.tailgate.quant.scheme;

import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.ElementType;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Floats of a few bits: a sign, exponent bits, mantissa bits. With {@code m} mantissa bits and
 * {@code bias = 2^(exponent bits - 1) - 1}
 *
 * <pre>
 *   value(sign, e, f)   (-1)^sign (1 + f / 2^m) 2^(e - bias)          e &gt; 0
 *                       (-1)^sign f / 2^m 2^(1 - bias)                e = 0, subnormal
 *   step at y           max(2^floor(log2 |y|), 2^(1 - bias)) / 2^m
 *   nearest number      half_even(clip(y, -largest, largest) / step) step
 * </pre>
 *
 * <p>Values beyond the largest number saturate, as in ONNX with {@code saturate = 1}, also where
 * the format has infinities; the sign of a zero is kept. Vectorized loops and graphs have no {@code
 * log2} that is exact, and take the power of two from four float32 operations that are (Rump, Ogita
 * and Oishi 2008, algorithm 3.5): {@code q = (2^23 + 1) y}, {@code |q - (1 - 2^-24) q|}.
 *
 * @param specials which codes stand for no number
 * @param storage how ONNX stores them
 */
public record Minifloat(int exponentBits, int mantissaBits, Specials specials, OnnxStorage storage)
    implements NumberFormat {

  /** The formats there are; a further one is a line here. */
  public static final List<Minifloat> ALL =
      List.of(
          new Minifloat(4, 3, Specials.NAN, new OnnxStorage(ElementType.FLOAT8E4M3FN, 19, true)),
          new Minifloat(5, 2, Specials.IEEE, new OnnxStorage(ElementType.FLOAT8E5M2, 19, true)),
          new Minifloat(2, 1, Specials.NONE, new OnnxStorage(ElementType.FLOAT4E2M1, 23, false)));

  private static final int MOST_EXPONENT_BITS = 5;
  private static final int MOST_BITS = 8;
  private static final float MAGIC = 12582912f;
  private static final float POWER = 8388609f;
  private static final float NEARLY_ONE = Math.nextDown(1f);

  /** Which codes stand for no number. */
  public enum Specials {
    /** All of the largest exponent: infinities, and NaN where the mantissa is not 0. */
    IEEE,
    /** The one without a zero bit, NaN; no infinities ({@code fn} in ONNX). */
    NAN,
    /** None. */
    NONE
  }

  /** Refuses what float32 arithmetic or a byte cannot hold. */
  public Minifloat {
    if (exponentBits < 2
        || exponentBits > MOST_EXPONENT_BITS
        || mantissaBits < 1
        || 1 + exponentBits + mantissaBits > MOST_BITS) {
      throw new IllegalArgumentException(
          "Floats have 2 to 5 exponent bits, a mantissa, and 8 bits at most, found "
              + exponentBits
              + " and "
              + mantissaBits);
    }
  }

  /** The format of a label. */
  static Optional<Minifloat> named(String label) {
    return ALL.stream().filter(format -> format.label().equals(label)).findFirst();
  }

  /** Their labels. */
  static List<String> labels() {
    return ALL.stream().map(Minifloat::label).toList();
  }

  @Override
  public int bits() {
    return 1 + exponentBits + mantissaBits;
  }

  @Override
  public String label() {
    return "fp" + bits() + "-e" + exponentBits + "m" + mantissaBits;
  }

  @Override
  public String onnxName() {
    return storage.type().label();
  }

  @Override
  public String inWords() {
    return label();
  }

  /** Exponent of the smallest number without leading zeros. */
  private int smallestExponent() {
    return 2 - (1 << (exponentBits - 1));
  }

  private int largestCode() {
    int special =
        switch (specials) {
          case IEEE -> 1 << mantissaBits;
          case NAN -> 1;
          case NONE -> 0;
        };
    return (1 << (bits() - 1)) - 1 - special;
  }

  /** What a code stands for, infinities and NaN too. */
  public double value(int code) {
    int rest = code & ((1 << (bits() - 1)) - 1);
    int exponent = rest >> mantissaBits;
    int mantissa = rest & ((1 << mantissaBits) - 1);
    double magnitude;
    if (rest > largestCode()) {
      boolean infinite = specials == Specials.IEEE && mantissa == 0;
      magnitude = infinite ? Double.POSITIVE_INFINITY : Double.NaN;
    } else {
      int significand = exponent == 0 ? mantissa : mantissa + (1 << mantissaBits);
      magnitude =
          Math.scalb(
              (double) significand, Math.max(exponent, 1) - 1 + smallestExponent() - mantissaBits);
    }
    return rest == code ? magnitude : -magnitude;
  }

  @Override
  public double lowest() {
    return -highest();
  }

  @Override
  public double highest() {
    return value(largestCode());
  }

  @Override
  public double[] numbers() {
    int largest = largestCode();
    return IntStream.rangeClosed(-largest, largest)
        .mapToDouble(i -> i < 0 ? -value(-i) : value(i))
        .toArray();
  }

  @Override
  public boolean isUniform() {
    return false;
  }

  @Override
  public double round(double steps, int zeroPoint) {
    double magnitude = Math.min(Math.abs(steps), highest());
    double step = Math.scalb(1.0, exponent(magnitude) - mantissaBits);
    return Math.copySign(Math.rint(magnitude / step) * step, steps);
  }

  private int exponent(double magnitude) {
    return Math.max(Math.getExponent(magnitude), smallestExponent());
  }

  /**
   * {@inheritDoc} Of NaN its code, and where the format has none that of {@code -0}, as ml_dtypes
   * has it.
   */
  @Override
  public int code(float steps, int zeroPoint) {
    if (Float.isNaN(steps)) {
      return nan();
    }
    double rounded = round(steps, zeroPoint);
    int sign = Math.copySign(1, rounded) < 0 ? 1 << (bits() - 1) : 0;
    double magnitude = Math.abs(rounded);
    int exponent = exponent(magnitude);
    // Subnormals have no leading one, and the exponent bits 0 instead of 1.
    int significand = (int) Math.scalb(magnitude, mantissaBits - exponent);
    return sign | (((exponent - smallestExponent()) << mantissaBits) + significand);
  }

  private int nan() {
    return switch (specials) {
      case IEEE -> largestCode() + 1 + (1 << (mantissaBits - 1));
      case NAN -> largestCode() + 1;
      case NONE -> 1 << (bits() - 1);
    };
  }

  @Override
  public void addSquaredErrors(float[] x, int from, int to, ErrorSums into) {
    float[] scales = into.scales();
    float[] units = into.units();
    float[] sums = into.sums();
    float largest = (float) highest();
    float smallestPower = Math.scalb(1f, smallestExponent());
    float ulp = Math.scalb(1f, -mantissaBits);
    for (int i = from; i < to; i++) {
      float y = Math.max(-largest, Math.min(largest, x[i] / scales[i]));
      float scaled = y * POWER;
      float power = Math.abs(scaled - scaled * NEARLY_ONE);
      float step = Math.max(power, smallestPower) * ulp;
      float rounded = ((y / step + MAGIC) - MAGIC) * step;
      float error = (rounded * scales[i] - x[i]) * units[i];
      sums[i] += error * error;
    }
  }

  @Override
  public String nearest(Ops ops, String steps) {
    String high = ops.scalar((float) highest());
    String low = ops.scalar((float) lowest());
    String y = ops.op("Min", ops.op("Max", steps, low), high);
    String q = ops.op("Mul", y, ops.scalar(POWER));
    String almost = ops.op("Mul", q, ops.scalar(NEARLY_ONE));
    String power = ops.op("Abs", ops.op("Sub", q, almost));
    String smallest = ops.scalar(Math.scalb(1f, smallestExponent()));
    String ulp = ops.scalar(Math.scalb(1f, -mantissaBits));
    String step = ops.op("Mul", ops.op("Max", power, smallest), ulp);
    String rounded = ops.op("Mul", ops.round(ops.op("Div", y, step)), step);
    return ops.op("Min", ops.op("Max", rounded, low), high);
  }

  /** Their kernels need opset 19; nodes give the same everywhere. */
  @Override
  public boolean hasOperators() {
    return false;
  }

  @Override
  public NumberFormat deployed(boolean wholeBytes) {
    return this;
  }
}
