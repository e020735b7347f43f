package dev.tailgate.quant.weights;

import dev.tailgate.quant.scheme.ErrorSums;
import dev.tailgate.quant.scheme.GridRule;
import dev.tailgate.quant.scheme.ScaleRuns;
import dev.tailgate.quant.scheme.TensorScheme;
import dev.tailgate.stats.Range;
import java.util.function.UnaryOperator;

/**
 * The summed squared errors of one candidate of an {@link WeightMseSearch}, by scale, for the
 * scales that may still get values. Errors are in units of a power of two near the largest value of
 * the scale, so that their squares neither overflow nor vanish.
 */
final class CandidateErrors {
  private static final int LARGEST_EXPONENT = 126;

  private final UnaryOperator<Range> range;
  private final TensorScheme scheme;
  private ErrorSums grids = new ErrorSums(0);
  private int open;

  /** {@code range} makes the candidate range from that of the values. */
  CandidateErrors(TensorScheme scheme, UnaryOperator<Range> range) {
    this.scheme = scheme;
    this.range = range;
  }

  /** Adds the scales after those that are open; {@code fresh} are the ranges of their values. */
  void open(Range[] fresh) {
    if (open + fresh.length > grids.capacity()) {
      ErrorSums larger = new ErrorSums(Math.max(open + fresh.length, 2 * open));
      grids.copy(0, larger, 0, open);
      grids = larger;
    }
    for (Range values : fresh) {
      GridRule.Grid grid = GridRule.grid(scheme, range.apply(values));
      int exponent = -Math.getExponent((float) values.absMax());
      grids.scales()[open] = grid.scale();
      grids.lows()[open] = (float) grid.format().lowest() - grid.zeroPoint();
      grids.units()[open] =
          Math.scalb(1f, Math.max(-LARGEST_EXPONENT, Math.min(LARGEST_EXPONENT, exponent)));
      grids.sums()[open] = 0;
      open++;
    }
  }

  /** Forgets the first {@code count} scales. */
  void close(int count) {
    open -= count;
    grids.copy(count, grids, 0, open);
  }

  /** The summed error under open scale {@code i}. */
  float error(int i) {
    return grids.sums()[i];
  }

  /**
   * Adds the errors of a chunk.
   *
   * @param position where in the tensor the chunk starts
   * @param base index of the first open scale
   */
  void accept(float[] values, long position, int count, ScaleRuns runs, int base) {
    Lanes lanes = new Lanes(values, grids, scheme.format()::addSquaredErrors);
    float[] aligned = new float[open];
    runs.forEach(
        position,
        count,
        (from, to, scale, step) -> {
          int first = scale - base;
          if (step == 0) {
            lanes.accept(from, to, first);
          } else {
            System.arraycopy(values, from, aligned, first, to - from);
            scheme.format().addSquaredErrors(aligned, first, first + to - from, grids);
          }
        });
    lanes.flush();
  }
}
