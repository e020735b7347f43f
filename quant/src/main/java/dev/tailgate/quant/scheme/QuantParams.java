package dev.tailgate.quant.scheme;

import dev.tailgate.onnx.ir.ElementType;

/**
 * Scale and zero point of one tensor: {@code real = scale * (q - zeroPoint)} with {@code q} on the
 * integer grid {@code [qmin, qmax]}.
 *
 * @param scale step, float32, positive and finite
 * @param zeroPoint the grid point that stands for 0
 * @param type {@link ElementType#INT8} or {@link ElementType#UINT8}
 */
public record QuantParams(float scale, int zeroPoint, ElementType type) {
  /** Refuses parameters no grid can have. */
  public QuantParams {
    if (!(scale > 0) || Float.isInfinite(scale)) {
      throw new IllegalArgumentException("Scale must be positive and finite, found " + scale);
    }
    if (type != ElementType.INT8 && type != ElementType.UINT8) {
      throw new IllegalArgumentException("Grid must be int8 or uint8, found " + type);
    }
    if (zeroPoint < qmin(type) || zeroPoint > qmax(type)) {
      throw new IllegalArgumentException(
          "Zero point " + zeroPoint + " outside the grid of " + type);
    }
  }

  /**
   * Asymmetric uint8 activations as arXiv 2306.12929 computes them: the range is widened to hold 0
   * ({@code min <= 0}, {@code max >= 1e-8}), {@code scale = (max - min) / 255}, {@code zeroPoint =
   * clamp(round(-min / scale))}, ties to even.
   */
  public static QuantParams activation(double min, double max) {
    double low = Math.min(min, 0);
    double high = Math.max(max, 1e-8);
    float scale = smallestUsable((high - low) / 255);
    int zero = (int) Math.max(0, Math.min(255, Math.rint(-low / scale)));
    return new QuantParams(scale, zero, ElementType.UINT8);
  }

  /**
   * Symmetric 8-bit weights: signed with {@code scale = max|w| / 127} when any weight is negative,
   * else unsigned with {@code scale = max / 255}; zero point 0. All-zero weights get scale 1.
   */
  public static QuantParams weight(double min, double max) {
    boolean signed = min < 0;
    double top = signed ? Math.max(-min, max) : max;
    float scale = top == 0 ? 1 : smallestUsable(top / (signed ? 127 : 255));
    return new QuantParams(scale, 0, signed ? ElementType.INT8 : ElementType.UINT8);
  }

  /**
   * Subnormal float32 scales divide to infinity on some devices: stay at or above the smallest
   * normal.
   */
  private static float smallestUsable(double scale) {
    return (float) Math.max(scale, Float.MIN_NORMAL);
  }

  /** Quantize, clamp, dequantize: what a fake-quant node computes for {@code x}. */
  public float fakeQuant(float x) {
    double q = Math.rint(x / scale) + zeroPoint;
    double clamped = Math.max(qmin(type), Math.min(qmax(type), q));
    return (float) (scale * (clamped - zeroPoint));
  }

  /** Smallest representable real value. */
  public double min() {
    return (double) scale * (qmin(type) - zeroPoint);
  }

  /** Largest representable real value. */
  public double max() {
    return (double) scale * (qmax(type) - zeroPoint);
  }

  private static int qmin(ElementType type) {
    return type == ElementType.INT8 ? -128 : 0;
  }

  private static int qmax(ElementType type) {
    return type == ElementType.INT8 ? 127 : 255;
  }
}
