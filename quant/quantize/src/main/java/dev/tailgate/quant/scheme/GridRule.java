package dev.tailgate.quant.scheme;

import dev.tailgate.stats.Range;

/**
 * From a range of real values to scale and zero point. Pure; all ranges are widened to hold 0, so
 * that 0 is exact on every grid.
 *
 * <pre>
 *   asymmetric integer   scale = (max - min) / (qmax - qmin), z = clamp(round(qmin - min / scale))
 *   symmetric, signed    scale = max|x| / qmax, z = 0    floats likewise, qmax their largest
 *   symmetric, unsigned  min &lt;  0: scale = 2 max|x| / (qmax - qmin), z = round((qmin + qmax) / 2)
 *                        min &gt;= 0: scale = max / qmax, z = 0
 *   sign by range        min &gt;= 0: unsigned, otherwise signed
 * </pre>
 *
 * <p>Rounding is half to even; the middle of a symmetric unsigned grid is {@code 2^(bits - 1)}
 * whatever the range, as in ONNX Runtime's quantizer, so its largest value lies half a step beyond
 * the grid. In asymmetric grids {@code max} is {@code 1e-8} at least, as in the code of arXiv
 * 2306.12929; an empty or all-zero range of a symmetric grid gets scale 1.
 */
public final class GridRule {
  private static final double SMALLEST_MAX = 1e-8;

  private GridRule() {}

  /** The grid of one tensor, channel or block. */
  public record Grid(NumberFormat format, float scale, int zeroPoint) {
    /** The same for a whole tensor. */
    public QuantParams perTensor() {
      return QuantParams.perTensor(format, scale, zeroPoint);
    }
  }

  /** The grid that covers {@code range}. */
  public static Grid grid(TensorScheme scheme, Range range) {
    Range wide = range.includeZero();
    NumberFormat format = scheme.signedFor(wide).format();
    return scheme.symmetric() ? symmetric(format, wide) : asymmetric(format, wide);
  }

  private static Grid symmetric(NumberFormat format, Range wide) {
    double top = wide.absMax();
    if (format.lowest() < 0 || wide.min() >= 0) {
      return new Grid(format, top == 0 ? 1 : usable(top / format.highest()), 0);
    }
    float scale = usable(2 * top / (format.highest() - format.lowest()));
    // Not from the rounded scale, which would make it one less or more by chance: the exact middle
    // lies half-way between two integers.
    return new Grid(format, scale, (int) Math.rint((format.lowest() + format.highest()) / 2));
  }

  private static Grid asymmetric(NumberFormat format, Range wide) {
    double high = Math.max(wide.max(), SMALLEST_MAX);
    float scale = usable((high - wide.min()) / (format.highest() - format.lowest()));
    return new Grid(format, scale, zeroPoint(format, wide.min(), scale));
  }

  private static int zeroPoint(NumberFormat format, double low, float scale) {
    double zero = Math.rint(format.lowest() - low / scale);
    return (int) Math.max(format.lowest(), Math.min(format.highest(), zero));
  }

  /**
   * Subnormal float32 scales divide to infinity on some devices: stay at or above the smallest
   * normal.
   */
  private static float usable(double scale) {
    return (float) Math.max(scale, Float.MIN_NORMAL);
  }
}
