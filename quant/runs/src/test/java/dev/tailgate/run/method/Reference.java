package dev.tailgate.run.method;

/** Attention in doubles, straight from the formulas: no maximum is subtracted anywhere. */
final class Reference {
  private Reference() {}

  /** {@code exp(z_i) / (sink + sum_j exp(z_j))}; a sink of 0 is softmax, of 1 Softmax1. */
  static double[] normalised(double[] scores, double sink) {
    double sum = sink;
    for (double z : scores) {
      sum += Math.exp(z);
    }
    double[] probs = new double[scores.length];
    for (int i = 0; i < probs.length; i++) {
      probs[i] = Math.exp(scores[i]) / sum;
    }
    return probs;
  }

  /** {@code clip((zeta - gamma) p + gamma, 0, 1)}. */
  static double[] clipped(double[] probs, double gamma, double zeta) {
    double[] out = new double[probs.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = Math.min(1, Math.max(0, (zeta - gamma) * probs[i] + gamma));
    }
    return out;
  }
}
