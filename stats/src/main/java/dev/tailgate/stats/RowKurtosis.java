package dev.tailgate.stats;

/**
 * The papers' kurtosis of a tensor: {@link Moments#paperKurtosis()} of each row, averaged over rows
 * with equal weight. Dimensionless.
 *
 * <p>{@code mean = (1 / R) sum_r K_r}. This is neither the kurtosis of the pooled values nor a mean
 * of batch means. The sum is compensated, so cutting the same rows into other batches moves the
 * mean by less than 1e-9 relative.
 *
 * <p>Edges: a row whose kurtosis is not defined (no values, or one) is counted in {@link
 * #undefinedRows()} and left out of the average; with no defined row, mean and maximum are NaN.
 *
 * <p>Source: the published code of arXiv 2306.12929, which feeds an average meter row by row.
 */
public final class RowKurtosis implements Accumulator<RowKurtosis> {

  private final CompensatedSum sum = CompensatedSum.create();
  private long rows;
  private long undefinedRows;
  private double max = Double.NEGATIVE_INFINITY;

  private RowKurtosis() {}

  /** Returns an average of no rows. */
  public static RowKurtosis create() {
    return new RowKurtosis();
  }

  /** Adds one row, given by its moments; {@code row} may be reset and reused afterwards. */
  public void acceptRow(Moments row) {
    double kurtosis = row.paperKurtosis();
    if (Double.isNaN(kurtosis)) {
      undefinedRows++;
      return;
    }
    sum.add(kurtosis);
    rows++;
    max = Math.max(max, kurtosis);
  }

  @Override
  public void combine(RowKurtosis other) {
    sum.combine(other.sum);
    rows += other.rows;
    undefinedRows += other.undefinedRows;
    max = Math.max(max, other.max);
  }

  /** The number of rows in the average. */
  public long rows() {
    return rows;
  }

  /** The number of rows left out because their kurtosis is not defined. */
  public long undefinedRows() {
    return undefinedRows;
  }

  /** The average over rows; NaN without rows. */
  public double mean() {
    return rows == 0 ? Double.NaN : sum.value() / rows;
  }

  /** The largest kurtosis of a row; NaN without rows. */
  public double max() {
    return rows == 0 ? Double.NaN : max;
  }
}
