package dev.tailgate.quant.calibrate;

import dev.tailgate.quant.scheme.GridRule;
import dev.tailgate.quant.scheme.NumberFormat;
import dev.tailgate.quant.scheme.TensorScheme;
import dev.tailgate.stats.Range;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The real values of a grid, ascending. A number is rounded to the nearest of them, so cells meet
 * half-way between two; the first and last reach to infinity. Which side a tie falls to does not
 * matter to a density.
 */
final class GridLevels {
  private final double[] levels;

  private GridLevels(double[] levels) {
    this.levels = levels;
  }

  /** Levels of the grid that {@code scheme} makes of {@code range}. */
  static GridLevels of(TensorScheme scheme, Range range) {
    GridRule.Grid grid = GridRule.grid(scheme, range);
    double[] levels = numbers(grid.format());
    for (int i = 0; i < levels.length; i++) {
      levels[i] = (levels[i] - grid.zeroPoint()) * grid.scale();
    }
    return new GridLevels(levels);
  }

  private static double[] numbers(NumberFormat format) {
    if (format instanceof NumberFormat.Int integers) {
      double[] numbers = new double[integers.qmax() - integers.qmin() + 1];
      Arrays.setAll(numbers, i -> integers.qmin() + (double) i);
      return numbers;
    }
    return Float8.NUMBERS.clone();
  }

  /** The numbers of the 8-bit float, found once. */
  private static final class Float8 {
    /** Every one of them is a multiple of 2^-9, up to 448. */
    private static final int STEPS = 448 * 512;

    static final double[] NUMBERS =
        IntStream.rangeClosed(-STEPS, STEPS)
            .mapToDouble(i -> i / 512.0)
            .filter(x -> NumberFormat.Float8E4M3.round(x) == x)
            .toArray();
  }

  /** Number of levels. */
  int count() {
    return levels.length;
  }

  /** Level {@code i}. */
  double level(int i) {
    return levels[i];
  }

  /** Where the cell of level {@code i} ends and that of the next begins. */
  double end(int i) {
    return i + 1 < levels.length ? (levels[i] + levels[i + 1]) / 2 : Double.POSITIVE_INFINITY;
  }
}
