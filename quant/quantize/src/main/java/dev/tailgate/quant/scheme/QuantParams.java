package dev.tailgate.quant.scheme;

import java.util.Arrays;
import java.util.Objects;

/**
 * Scales and zero points of one tensor: {@code real = scale * (q - zeroPoint)} with {@code q} a
 * number of the format. Immutable; there is one pair, or one for each channel or block, in
 * row-major order of the layout.
 */
public final class QuantParams {
  private final NumberFormat format;
  private final ScaleLayout layout;
  private final float[] scales;
  private final int[] zeroPoints;

  private QuantParams(NumberFormat format, ScaleLayout layout, float[] scales, int[] zeroPoints) {
    this.format = format;
    this.layout = layout;
    this.scales = scales;
    this.zeroPoints = zeroPoints;
    if (scales.length == 0 || scales.length != zeroPoints.length) {
      throw new IllegalArgumentException(
          scales.length + " scales and " + zeroPoints.length + " zero points");
    }
    if (layout instanceof ScaleLayout.Whole && scales.length != 1) {
      throw new IllegalArgumentException("One scale a tensor, found " + scales.length);
    }
    for (int i = 0; i < scales.length; i++) {
      requireGrid(scales[i], zeroPoints[i]);
    }
  }

  private void requireGrid(float scale, int zeroPoint) {
    if (!(scale > 0) || Float.isInfinite(scale)) {
      throw new IllegalArgumentException("Scale must be positive and finite, found " + scale);
    }
    if (!format.isZeroPoint(zeroPoint)) {
      throw new IllegalArgumentException(
          "Zero point " + zeroPoint + " is not one of " + format.label());
    }
  }

  /** One scale for a whole tensor. */
  public static QuantParams perTensor(NumberFormat format, float scale, int zeroPoint) {
    return new QuantParams(
        format, new ScaleLayout.Whole(), new float[] {scale}, new int[] {zeroPoint});
  }

  /**
   * Scales for channels or blocks, copied.
   *
   * @throws IllegalArgumentException for scales that are not positive and finite, and zero points
   *     outside the format
   */
  public static QuantParams of(
      NumberFormat format, ScaleLayout layout, float[] scales, int[] zeroPoints) {
    return new QuantParams(format, layout, scales.clone(), zeroPoints.clone());
  }

  /** The same grids, their numbers being some of a wider format. */
  public QuantParams in(NumberFormat wider) {
    return new QuantParams(wider, layout, scales, zeroPoints);
  }

  /** The numbers. */
  public NumberFormat format() {
    return format;
  }

  /** Where each scale applies. */
  public ScaleLayout layout() {
    return layout;
  }

  /** Number of scales. */
  public int count() {
    return scales.length;
  }

  /** Scale {@code i}. */
  public float scale(int i) {
    return scales[i];
  }

  /** Zero point {@code i}. */
  public int zeroPoint(int i) {
    return zeroPoints[i];
  }

  /** All scales, a copy. */
  public float[] scales() {
    return scales.clone();
  }

  /** All zero points, a copy. */
  public int[] zeroPoints() {
    return zeroPoints.clone();
  }

  /** Whether every zero point is 0. */
  public boolean isZeroCentred() {
    return Arrays.stream(zeroPoints).allMatch(z -> z == 0);
  }

  /**
   * The number that stands for {@code x} under scale {@code i}, of NaN too: {@link
   * NumberFormat#round}.
   */
  public double quantize(float x, int i) {
    // The division is a float32 one, as in ONNX Runtime; the rest is exact in doubles.
    return format.round(x / scales[i], zeroPoints[i]);
  }

  /** Quantize and dequantize under scale {@code i}: what a fake-quant node computes. */
  public float fakeQuant(float x, int i) {
    return (float) (quantize(x, i) - zeroPoints[i]) * scales[i];
  }

  /** Smallest real value of any grid. */
  public double min() {
    double min = Double.POSITIVE_INFINITY;
    for (int i = 0; i < scales.length; i++) {
      min = Math.min(min, scales[i] * (format.lowest() - zeroPoints[i]));
    }
    return min;
  }

  /** Largest real value of any grid. */
  public double max() {
    double max = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < scales.length; i++) {
      max = Math.max(max, scales[i] * (format.highest() - zeroPoints[i]));
    }
    return max;
  }

  /** The largest scale. */
  public float largestScale() {
    float largest = 0;
    for (float scale : scales) {
      largest = Math.max(largest, scale);
    }
    return largest;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof QuantParams p
        && format.equals(p.format)
        && layout.equals(p.layout)
        && Arrays.equals(scales, p.scales)
        && Arrays.equals(zeroPoints, p.zeroPoints);
  }

  @Override
  public int hashCode() {
    return Objects.hash(format, layout, Arrays.hashCode(scales), Arrays.hashCode(zeroPoints));
  }

  @Override
  public String toString() {
    return format.label()
        + (scales.length == 1
            ? " scale " + scales[0] + " zero point " + zeroPoints[0]
            : " with " + scales.length + " scales");
  }
}
