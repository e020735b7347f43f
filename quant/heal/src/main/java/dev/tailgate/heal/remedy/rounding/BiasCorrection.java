package dev.tailgate.heal.remedy.rounding;

import dev.tailgate.onnx.layer.Matrix;

/**
 * Bias correction (arXiv 1906.04721, section 4.2, with means measured on data rather than derived
 * from norms). A layer computes {@code y = x W + b}; rounded, {@code Q(x) Q(W) + b}. The mean of
 * the difference moves the mean of each output, and a bias takes that back:
 *
 * <pre>
 *   db = E[x] W - E[Q(x)] Q(W)
 *      = E[x] (W - Q(W)) + (E[x] - E[Q(x)]) Q(W)
 * </pre>
 *
 * <p>Both means are of the float model's own {@code x}. So the correction of one layer depends on
 * no other layer's, all are found in one pass, and they compose: with the layers before it
 * corrected, what a layer reads has, to first order, the float mean again. Neglected is what the
 * spread of earlier errors does to means: through a curved activation function or a norm {@code
 * E[f(x + n)]} is not {@code f(x)} even for {@code n} of mean 0, and {@code Q} sees {@code x + n}.
 */
final class BiasCorrection {
  private BiasCorrection() {}

  /**
   * What is to be added to the bias.
   *
   * @param weight {@code W [in, out]}
   * @param rounded {@code Q(W)}, the same where weights stay float
   * @param mean {@code E[x]}
   * @param roundedMean {@code E[Q(x)]}, the same where the input stays float
   */
  static double[] shift(Matrix weight, Matrix rounded, double[] mean, double[] roundedMean) {
    double[] shift = new double[weight.columns()];
    for (int i = 0; i < weight.rows(); i++) {
      for (int o = 0; o < shift.length; o++) {
        shift[o] += mean[i] * weight.at(i, o) - roundedMean[i] * rounded.at(i, o);
      }
    }
    return shift;
  }
}
