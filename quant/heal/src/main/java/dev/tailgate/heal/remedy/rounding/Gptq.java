package dev.tailgate.heal.remedy.rounding;

import java.util.stream.IntStream;

/**
 * GPTQ (arXiv 2210.17323): rounds the weights of each output one input after the other and makes
 * the inputs that are still to come take over the error.
 *
 * <p>Let {@code H = 2 X^T X + lambda I} and {@code w} the weights of one output. With input {@code
 * i} fixed at {@code q_i}, the other weights that minimise {@code (w - v)^T H (w - v)} are
 *
 * <pre>
 *   v_k = w_k - (w_i - q_i) / [H_F^-1]_ii [H_F^-1]_ik        F the inputs not yet rounded
 * </pre>
 *
 * <p>and the minimum is {@code (w_i - q_i)^2 / [H_F^-1]_ii}. Of all {@code H_F^-1} only row {@code
 * i} is needed, and that is, up to its diagonal, row {@code i} of the upper triangular {@code U}
 * with {@code H^-1 = U^T U}:
 *
 * <pre>
 *   e = (w_i - q_i) / U_ii,   w_k -= e U_ik for k after i,   error = sum e^2
 * </pre>
 *
 * <p>Inputs are taken by descending diagonal of {@code H} ("act-order") or as stored; the grids are
 * those of the unchanged weights, blocks included. Rounding is half to even; a weight pushed beyond
 * its grid is clamped. With a diagonal {@code H} nothing is handed on and this is rounding to
 * nearest. Time is {@code O(K^3 + out K^2)}.
 */
final class Gptq {
  /** Outputs that go over the factor together, so that its rows are read from the cache. */
  private static final int GROUP = 16;

  private static final double[] DAMPINGS = {InputHessian.DAMPING, 0.1, 1};

  private Gptq() {}

  /**
   * Rounds a layer.
   *
   * @param descending whether inputs are taken by descending diagonal, or as stored
   * @return numbers of the grid, {@code [out, in]}
   */
  static float[] round(LayerGrid grid, Gram gram, boolean descending) {
    int k = grid.in();
    // Sums in float32 may leave the matrix a little indefinite; more damping mends that.
    for (double damping : DAMPINGS) {
      InputHessian hessian = InputHessian.of(gram, damping);
      int[] order = TriangularFactors.order(hessian.values(), k, descending);
      double[] factor = TriangularFactors.ofInverse(hessian.values(), k, order);
      if (factor.length > 0) {
        return round(grid, factor, order);
      }
    }
    return nearest(grid);
  }

  /** Rounds each weight by itself. */
  static float[] nearest(LayerGrid grid) {
    float[] codes = new float[grid.in() * grid.out()];
    for (int o = 0; o < grid.out(); o++) {
      for (int i = 0; i < grid.in(); i++) {
        codes[o * grid.in() + i] = (float) grid.code(grid.weight(i, o), i, o);
      }
    }
    return codes;
  }

  private static float[] round(LayerGrid grid, double[] factor, int[] order) {
    float[] codes = new float[grid.in() * grid.out()];
    IntStream.range(0, (grid.out() + GROUP - 1) / GROUP)
        .parallel()
        .forEach(
            group -> {
              int first = group * GROUP;
              round(grid, factor, order, first, Math.min(grid.out(), first + GROUP), codes);
            });
    return codes;
  }

  private static void round(
      LayerGrid grid, double[] factor, int[] order, int first, int end, float[] codes) {
    int k = grid.in();
    double[][] rows = new double[end - first][k];
    for (int o = first; o < end; o++) {
      for (int i = 0; i < k; i++) {
        rows[o - first][i] = grid.weight(order[i], o);
      }
    }
    for (int i = 0; i < k; i++) {
      int in = order[i];
      for (int o = first; o < end; o++) {
        double[] w = rows[o - first];
        double code = grid.code(w[i], in, o);
        codes[o * k + in] = (float) code;
        double error = (w[i] - grid.real(code, in, o)) / factor[i * k + i];
        handOn(w, factor, i * k, i + 1, error);
      }
    }
  }

  private static void handOn(double[] w, double[] factor, int row, int from, double error) {
    for (int j = from; j < w.length; j++) {
      w[j] -= error * factor[row + j];
    }
  }
}
