package dev.tailgate.quant.scheme;

import dev.tailgate.onnx.build.Ops;
import java.util.Locale;
import java.util.Optional;

/**
 * The numbers a quantized tensor is made of, before they are scaled: which there are, how a value
 * is rounded to one, how they are stored, and the nodes that simulate them.
 *
 * <p>All that depends on the format is asked here. Scales are none of its business: a format sees
 * {@code x / scale}, whatever shares the scale and however the scale itself is rounded. The
 * interface is open so that nothing can tell its formats apart by listing them.
 */
public interface NumberFormat {
  /** Bits a number takes. */
  int bits();

  /** Spelling on the command line and in results, for example {@code uint8}. */
  String label();

  /** Spelling of the type in ONNX, where ONNX has the very type; else the label. */
  default String onnxName() {
    return label();
  }

  /** In words, for reports. */
  String inWords();

  /** Smallest number. */
  double lowest();

  /** Largest number. */
  double highest();

  /** All numbers, ascending, zero once. */
  double[] numbers();

  /**
   * Whether the numbers are consecutive integers, so that a zero point may shift them and {@code q
   * + 1} is the neighbour of {@code q}.
   */
  boolean isUniform();

  /** Whether a grid may have this zero point: 0, or any number of a uniform format. */
  default boolean isZeroPoint(int zeroPoint) {
    return zeroPoint == 0 || (isUniform() && zeroPoint >= lowest() && zeroPoint <= highest());
  }

  /** As many numbers without a sign, for tensors without a negative value, where there are such. */
  default Optional<NumberFormat> unsigned() {
    return Optional.empty();
  }

  /**
   * The number nearest to {@code steps + zeroPoint}, half to even; values beyond the largest
   * number, infinities too, become the largest.
   *
   * @param steps the value over its scale; NaN becomes the lowest number of a uniform format, as in
   *     ONNX Runtime, and stays NaN for others
   * @param zeroPoint one that {@link #isZeroPoint} allows
   */
  double round(double steps, int zeroPoint);

  /**
   * The same as the bits that stand for it: two's complement for integers, sign, exponent and
   * mantissa for floats. Steps are not NaN.
   */
  int code(float steps, int zeroPoint);

  /**
   * Adds squared rounding errors at {@code [from, to)}, all in float32 as fake-quant nodes compute.
   *
   * @param x finite values, each with the grid and the sum at its own index
   */
  void addSquaredErrors(float[] x, int from, int to, ErrorSums sums);

  /**
   * Adds nodes that round to the nearest number, as {@link #round} does under zero point 0.
   *
   * @param steps float32 value of the graph, already divided by its scale
   * @return the rounded value, float32
   */
  String nearest(Ops ops, String steps);

  /**
   * Whether {@code QuantizeLinear} and {@code DequantizeLinear} of ONNX Runtime round activations
   * to exactly these numbers; if not, {@link #nearest} does.
   */
  boolean hasOperators();

  /** How ONNX stores the numbers. */
  OnnxStorage storage();

  /**
   * The format whose numbers a deployed model holds: this one, or the next wider that ONNX Runtime
   * computes with.
   *
   * @param wholeBytes whether kernels are to read it, which do not unpack smaller numbers
   */
  NumberFormat deployed(boolean wholeBytes);

  /** Whether ONNX Runtime has kernels for what a deployed model would hold. */
  default boolean isDeployable() {
    return deployed(false).storage().hasKernel();
  }

  /**
   * Reads a label: {@code int2} to {@code int16}, {@code uint2} to {@code uint16}, or one of {@link
   * Minifloat#ALL}.
   *
   * @throws IllegalArgumentException for anything else
   */
  static NumberFormat parse(String text) {
    String label = text.toLowerCase(Locale.ROOT);
    Optional<? extends NumberFormat> found =
        Minifloat.named(label).isPresent() ? Minifloat.named(label) : IntegerFormat.named(label);
    return found.orElseThrow(
        () ->
            new IllegalArgumentException(
                "Expected a number format such as int8, uint4, "
                    + String.join(", ", Minifloat.labels())
                    + ", found '"
                    + text
                    + "'"));
  }

  /**
   * Reads an {@link #onnxName}.
   *
   * @throws IllegalArgumentException for anything else
   */
  static NumberFormat ofOnnx(String name) {
    for (Minifloat format : Minifloat.ALL) {
      if (format.onnxName().equals(name)) {
        return format;
      }
    }
    return parse(name);
  }
}
