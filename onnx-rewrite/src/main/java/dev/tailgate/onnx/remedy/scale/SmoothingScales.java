package dev.tailgate.onnx.remedy.scale;

/**
 * The scales of SmoothQuant (arXiv 2211.10438, equation 4), for channel {@code j} of an activation
 * {@code X} and all weights {@code W [in, out]} that multiply it:
 *
 * <pre>
 *   s_j = max|X_j|^alpha / max|W_j|^(1 - alpha),   X' = X diag(s)^-1,   W' = diag(s) W
 * </pre>
 *
 * With alpha 1 all difficulty goes to the weights, with alpha 0 to the activation. As in the
 * authors' code, maxima of weights and scales are {@code 1e-5} at least. A channel that is 0
 * throughout, in the activation or in the weights, has scale 1: the formula would blow up what
 * other data may bring.
 */
public final class SmoothingScales {
  private static final double SMALLEST = 1e-5;

  private SmoothingScales() {}

  /**
   * The scales.
   *
   * @param activation {@code max|X_j|} over calibration data, {@code [in]}
   * @param weight {@code max|W_j|} over all readers, {@code [in]}
   * @param alpha migration strength, from 0 to 1
   * @throws IllegalArgumentException for lengths that differ and an alpha outside [0, 1]
   */
  public static double[] of(double[] activation, double[] weight, double alpha) {
    if (activation.length != weight.length || !(alpha >= 0 && alpha <= 1)) {
      throw new IllegalArgumentException(
          activation.length + " channels, " + weight.length + " rows of weights, alpha " + alpha);
    }
    double[] scales = new double[activation.length];
    for (int j = 0; j < scales.length; j++) {
      boolean alive = activation[j] > 0 && weight[j] > 0 && Double.isFinite(activation[j]);
      double top = Math.pow(activation[j], alpha);
      double bottom = Math.pow(Math.max(weight[j], SMALLEST), 1 - alpha);
      scales[j] = alive && Double.isFinite(weight[j]) ? Math.max(top / bottom, SMALLEST) : 1;
    }
    return scales;
  }
}
