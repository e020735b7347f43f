package dev.tailgate.model;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Where the positions of patches begin: one random mixture of the sines of rows and columns,
 *
 * <pre>
 *   sum_k a_k sin(2 pi k row / g) + b_k cos(2 pi k row / g) + the same of the column      k = 1 .. g/2
 * </pre>
 *
 * <p>with normal vectors {@code a_k}, {@code b_k}, so that a neighbour is a rotation away.
 */
final class Waves {
  private Waves() {}

  /**
   * Writes a vector for each place of a square grid, row by row.
   *
   * @param first where the vector of the first place begins
   */
  static void fill(
      float[] places, int first, int grid, int width, double deviation, SplittableRandom random) {
    int turns = grid / 2;
    double[][] mixture = new double[4 * turns][width];
    for (double[] weights : mixture) {
      Arrays.setAll(weights, c -> deviation * random.nextGaussian());
    }
    for (int row = 0; row < grid; row++) {
      for (int column = 0; column < grid; column++) {
        int at = first + (row * grid + column) * width;
        for (int turn = 0; turn < turns; turn++) {
          double down = 2 * Math.PI / grid * (turn + 1) * row;
          double right = 2 * Math.PI / grid * (turn + 1) * column;
          double[] waves = {Math.sin(down), Math.cos(down), Math.sin(right), Math.cos(right)};
          for (int wave = 0; wave < waves.length; wave++) {
            double[] weights = mixture[4 * turn + wave];
            for (int c = 0; c < width; c++) {
              places[at + c] += (float) (waves[wave] * weights[c]);
            }
          }
        }
      }
    }
  }
}
