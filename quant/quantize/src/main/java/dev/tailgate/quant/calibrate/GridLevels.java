package dev.tailgate.quant.calibrate;

import dev.tailgate.quant.scheme.GridRule;
import dev.tailgate.quant.scheme.TensorScheme;
import dev.tailgate.stats.Range;
import java.util.function.ToDoubleBiFunction;
import java.util.stream.Stream;

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
    double[] levels = grid.format().numbers();
    for (int i = 0; i < levels.length; i++) {
      levels[i] = (levels[i] - grid.zeroPoint()) * grid.scale();
    }
    return new GridLevels(levels);
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

  /**
   * The candidate whose grid costs least, for estimators that try some; of equal ones the first, so
   * they come from the widest on.
   *
   * @param otherwise where no candidate has a finite cost
   */
  static Range cheapest(
      TensorScheme scheme,
      Stream<Range> candidates,
      ToDoubleBiFunction<Range, GridLevels> cost,
      Range otherwise) {
    Range[] best = {otherwise};
    double[] least = {Double.POSITIVE_INFINITY};
    candidates.forEachOrdered(
        candidate -> {
          double found = cost.applyAsDouble(candidate, of(scheme, candidate));
          if (found < least[0]) {
            least[0] = found;
            best[0] = candidate;
          }
        });
    return best[0];
  }
}
