package dev.tailgate.onnx.remedy.rotation;

import java.util.Arrays;

/**
 * An orthogonal matrix {@code B [K b, K b]} of {@code K} blocks {@code [b, b]} on its diagonal,
 * each orthogonal: a row of {@code K b} elements is turned {@code b} elements at a time. Immutable.
 */
public final class OrthogonalBlocks {
  /** How far {@code B B^T} may be from the identity, element by element, before it is made so. */
  private static final double NEAR = 1e-2;

  /** Iterations square the deviation: 1e-2, 1e-4, 1e-8, and rounding is left. */
  private static final int ITERATIONS = 4;

  private static final double ROUNDING = 1e-13;

  private final int size;
  private final double[][] blocks;

  private OrthogonalBlocks(int size, double[][] blocks) {
    this.size = size;
    this.blocks = blocks;
  }

  /**
   * The orthogonal matrix nearest to {@code K} blocks that are nearly orthogonal, by the iteration
   * {@code X <- (3 I - X X^T) X / 2} of Newton and Schulz in double precision.
   *
   * @param values {@code [K, b, b]} in row-major order
   * @param size {@code b}
   * @throws IllegalArgumentException where a block is not orthogonal to two digits
   */
  public static OrthogonalBlocks nearest(float[] values, int size) {
    int area = Math.multiplyExact(size, size);
    if (size < 1 || values.length == 0 || values.length % area != 0) {
      throw new IllegalArgumentException(
          values.length + " elements are no blocks of " + size + " x " + size);
    }
    double[][] blocks = new double[values.length / area][area];
    for (int k = 0; k < blocks.length; k++) {
      for (int i = 0; i < area; i++) {
        blocks[k][i] = values[k * area + i];
      }
      blocks[k] = nearest(blocks[k], size);
    }
    return new OrthogonalBlocks(size, blocks);
  }

  private static double[] nearest(double[] block, int size) {
    double[] x = block;
    for (int iteration = 0; ; iteration++) {
      double[] gram = gram(x, size);
      double deviation = deviation(gram, size);
      // A NaN is not near either.
      if (iteration == 0 && !(deviation <= NEAR)) {
        throw new IllegalArgumentException("A block is " + deviation + " from orthogonal");
      }
      if (deviation <= ROUNDING || iteration == ITERATIONS) {
        return x;
      }
      x = corrected(x, gram, size);
    }
  }

  /** {@code X X^T}. */
  private static double[] gram(double[] x, int size) {
    double[] gram = new double[x.length];
    for (int i = 0; i < size; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = 0;
        for (int k = 0; k < size; k++) {
          sum += x[i * size + k] * x[j * size + k];
        }
        gram[i * size + j] = sum;
        gram[j * size + i] = sum;
      }
    }
    return gram;
  }

  private static double deviation(double[] gram, int size) {
    double worst = 0;
    for (int i = 0; i < gram.length; i++) {
      double off = Math.abs(gram[i] - (i % (size + 1) == 0 ? 1 : 0));
      worst = Double.isNaN(off) ? Double.NaN : Math.max(worst, off);
    }
    return worst;
  }

  /** {@code (3 I - X X^T) X / 2}. */
  private static double[] corrected(double[] x, double[] gram, int size) {
    double[] result = new double[x.length];
    for (int i = 0; i < size; i++) {
      for (int k = 0; k < size; k++) {
        double factor = ((i == k ? 3 : 0) - gram[i * size + k]) / 2;
        for (int j = 0; j < size; j++) {
          result[i * size + j] += factor * x[k * size + j];
        }
      }
    }
    return result;
  }

  /** {@code K b}. */
  public int width() {
    return blocks.length * size;
  }

  /** {@code b}. */
  public int size() {
    return size;
  }

  /** {@code row <- row B}. */
  void apply(double[] row) {
    double[] turned = new double[size];
    for (int k = 0; k < blocks.length; k++) {
      Arrays.fill(turned, 0);
      for (int i = 0; i < size; i++) {
        double x = row[k * size + i];
        for (int j = 0; j < size; j++) {
          turned[j] += x * blocks[k][i * size + j];
        }
      }
      System.arraycopy(turned, 0, row, k * size, size);
    }
  }

  /** {@code row <- row B^T}. */
  void undo(double[] row) {
    double[] turned = new double[size];
    for (int k = 0; k < blocks.length; k++) {
      for (int i = 0; i < size; i++) {
        double sum = 0;
        for (int j = 0; j < size; j++) {
          sum += row[k * size + j] * blocks[k][i * size + j];
        }
        turned[i] = sum;
      }
      System.arraycopy(turned, 0, row, k * size, size);
    }
  }
}
