package dev.tailgate.heal.remedy.rounding;

/**
 * The Hessian of a linear layer's squared output error with respect to one row of its weights:
 *
 * <pre>
 *   |x w - x q|^2 summed over rows x = (w - q)^T G (w - q),   G = sum x^T x
 *   H = 2 G + lambda I,   lambda = damping * mean diagonal of 2 G
 * </pre>
 *
 * <p>The damping (1 % in arXiv 2210.17323) makes {@code H} definite and keeps directions in which
 * the calibration data hardly varies from being free. Without any input, {@code H} is the identity.
 *
 * @param width number of inputs {@code K}
 * @param values {@code [K, K]} row-major, symmetric, positive definite. Not copied
 */
record InputHessian(int width, double[] values) {
  /** The damping of the paper. */
  static final double DAMPING = 0.01;

  /** The Hessian of {@code gram}, whose products are copied. */
  static InputHessian of(Gram gram, double damping) {
    int k = gram.width();
    double[] h = new double[k * k];
    double trace = 0;
    for (int i = 0; i < h.length; i++) {
      h[i] = 2 * gram.products()[i];
    }
    for (int i = 0; i < k; i++) {
      trace += h[i * k + i];
    }
    double lambda = trace > 0 ? damping * trace / k : 1;
    for (int i = 0; i < k; i++) {
      h[i * k + i] += lambda;
    }
    return new InputHessian(k, h);
  }

  /** The element at {@code row}, {@code column}. */
  double at(int row, int column) {
    return values[row * width + column];
  }

  /** Adds {@code factor} times row {@code row}, which is also that column, to {@code sum}. */
  void addRow(int row, double factor, double[] sum) {
    int at = row * width;
    for (int k = 0; k < sum.length; k++) {
      sum[k] += factor * values[at + k];
    }
  }
}
