package dev.tailgate.stats;

/**
 * The papers' infinity norm of a tensor: the largest magnitude of each row, averaged over rows with
 * equal weight. In the unit of the activation.
 *
 * <p>{@code mean = (1 / R) sum_r max_i |x_ri|}. "Max inf norm" is the maximum of this mean over
 * tensors, hence not the global maximum, which is {@link AbsMax}. The sum is compensated, so
 * batching moves the mean by less than 1e-9 relative.
 *
 * <p>Edges: without rows the mean is NaN; a maximum that is NaN, infinite or negative is refused,
 * since it says that non-finite values were not filtered out.
 *
 * <p>Source: the published code of arXiv 2306.12929.
 */
public final class RowInfNorm implements Accumulator<RowInfNorm> {

  private final CompensatedSum sum = CompensatedSum.create();
  private long rows;

  private RowInfNorm() {}

  /** Returns an average of no rows. */
  public static RowInfNorm create() {
    return new RowInfNorm();
  }

  /** Adds one row, given by the largest magnitude among its finite values. */
  public void acceptRow(double maxAbs) {
    if (!(maxAbs >= 0 && Double.isFinite(maxAbs))) {
      throw new IllegalArgumentException(
          "Adding a row's infinity norm: expected a finite value >= 0, found " + maxAbs);
    }
    sum.add(maxAbs);
    rows++;
  }

  @Override
  public void combine(RowInfNorm other) {
    sum.combine(other.sum);
    rows += other.rows;
  }

  /** The number of rows. */
  public long rows() {
    return rows;
  }

  /** The average over rows; NaN without rows. */
  public double mean() {
    return rows == 0 ? Double.NaN : sum.value() / rows;
  }
}
