package dev.tailgate.heal.remedy.rounding;

import java.util.stream.IntStream;

/**
 * AdaRound's objective (arXiv 2004.10568, equation 10: the squared output error of one layer under
 * its input Gram matrix) by coordinate descent in place of the paper's relaxation and gradient
 * descent. For each output
 *
 * <pre>
 *   minimise E(q) = (w - q)^T H (w - q) over numbers q of the grid
 *   g = H (w - q);   moving q_i by d changes E by -2 d g_i + d^2 H_ii
 * </pre>
 *
 * <p>Inputs are visited in turn; the better neighbouring number is taken where it lowers the error,
 * which costs {@code O(K)} for the new {@code g}. So the error never rises, and a sweep without a
 * move is a local minimum: no single step improves it. From nearest rounding these are AdaRound's
 * up or down; from GPTQ's numbers, which may lie further from the weight, they are steps around
 * those. Elements that define a scale do not move.
 */
final class CoordinateDescent {
  private static final int MOST_SWEEPS = 50;

  /** Gains below this share of the error are rounding of the sums, and could go on for ever. */
  private static final double NOTHING = 1e-12;

  private CoordinateDescent() {}

  /** Improves {@code codes [out, in]} in place and returns the number of moves. */
  static long improve(LayerGrid grid, InputHessian hessian, float[] codes) {
    return IntStream.range(0, grid.out())
        .parallel()
        .mapToLong(out -> improve(grid, hessian, codes, out))
        .sum();
  }

  /** {@code E} of one output. */
  static double error(LayerGrid grid, InputHessian hessian, float[] codes, int out) {
    double[] error = errors(grid, codes, out);
    double[] gradient = gradient(hessian, error);
    double sum = 0;
    for (int i = 0; i < error.length; i++) {
      sum += error[i] * gradient[i];
    }
    return sum;
  }

  private static long improve(LayerGrid grid, InputHessian hessian, float[] codes, int out) {
    double[] gradient = gradient(hessian, errors(grid, codes, out));
    long moves = 0;
    for (int sweep = 0; sweep < MOST_SWEEPS; sweep++) {
      long before = moves;
      for (int in = 0; in < grid.in(); in++) {
        moves += move(grid, hessian, codes, in, out, gradient) ? 1 : 0;
      }
      if (moves == before) {
        break;
      }
    }
    return moves;
  }

  private static boolean move(
      LayerGrid grid, InputHessian hessian, float[] codes, int in, int out, double[] gradient) {
    int at = out * grid.in() + in;
    double code = codes[at];
    // A step against the sign of the gradient can only raise the error.
    double next = grid.neighbour(code, gradient[in] > 0 ? 1 : -1, in, out);
    double d = grid.real(next, in, out) - grid.real(code, in, out);
    double gain = 2 * d * gradient[in] - d * d * hessian.at(in, in);
    if (!(gain > NOTHING * d * d * hessian.at(in, in))) {
      return false;
    }
    codes[at] = (float) next;
    hessian.addRow(in, -d, gradient);
    return true;
  }

  private static double[] errors(LayerGrid grid, float[] codes, int out) {
    double[] errors = new double[grid.in()];
    for (int in = 0; in < errors.length; in++) {
      errors[in] = grid.weight(in, out) - grid.real(codes[out * grid.in() + in], in, out);
    }
    return errors;
  }

  private static double[] gradient(InputHessian hessian, double[] errors) {
    double[] gradient = new double[errors.length];
    for (int in = 0; in < errors.length; in++) {
      if (errors[in] != 0) {
        hessian.addRow(in, errors[in], gradient);
      }
    }
    return gradient;
  }
}
