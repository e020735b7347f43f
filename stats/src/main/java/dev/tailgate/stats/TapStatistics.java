package dev.tailgate.stats;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Everything measured at one tap: the outlier statistics over rows, pooled, and per channel.
 *
 * <p>The caller feeds the parts it has through their accessors, and rows through {@link
 * #acceptRow}, which keeps row averages and pooled moments in step. Merging merges each part, with
 * that part's exactness.
 *
 * <p>Edges: a row in which everything was non-finite has no moments and is not added as a row; its
 * values appear in {@link #nonFinite()} and in the element count.
 */
public final class TapStatistics implements Accumulator<TapStatistics> {

  private final Moments pooled = Moments.create();
  private final RowKurtosis rowKurtosis = RowKurtosis.create();
  private final RowInfNorm rowInfNorm = RowInfNorm.create();
  private final AbsMax absMax = AbsMax.create();
  private final ChannelExtremes channels = ChannelExtremes.create();
  private final NonFinite nonFinite = NonFinite.create();
  private long outliersBeyond6Sigma;
  private long elements;

  private TapStatistics() {}

  /** Returns statistics of nothing. */
  public static TapStatistics create() {
    return new TapStatistics();
  }

  /**
   * Adds one row: its moments to the row average of kurtosis and to the pooled moments, its largest
   * magnitude to the row average of infinity norms. A row without values is ignored.
   */
  public void acceptRow(Moments row, double maxAbs) {
    if (row.count() == 0) {
      return;
    }
    rowInfNorm.acceptRow(maxAbs);
    rowKurtosis.acceptRow(row);
    pooled.combine(row);
  }

  /** Adds to the number of values more than six standard deviations from the mean. */
  public void addOutliersBeyond6Sigma(long more) {
    outliersBeyond6Sigma += requireCount("Adding outliers", more);
  }

  /** Adds to the number of elements seen, finite or not. */
  public void addElements(long more) {
    elements += requireCount("Adding elements", more);
  }

  private static long requireCount(String doing, long count) {
    if (count < 0) {
      throw new IllegalArgumentException(doing + ": expected a count >= 0, found " + count);
    }
    return count;
  }

  @Override
  public void combine(TapStatistics other) {
    pooled.combine(other.pooled);
    rowKurtosis.combine(other.rowKurtosis);
    rowInfNorm.combine(other.rowInfNorm);
    absMax.combine(other.absMax);
    channels.combine(other.channels);
    nonFinite.combine(other.nonFinite);
    outliersBeyond6Sigma += other.outliersBeyond6Sigma;
    elements += other.elements;
  }

  /** Moments of all rows together. */
  public Moments pooled() {
    return pooled;
  }

  /** Kurtosis averaged over rows. */
  public RowKurtosis rowKurtosis() {
    return rowKurtosis;
  }

  /** Infinity norm averaged over rows. */
  public RowInfNorm rowInfNorm() {
    return rowInfNorm;
  }

  /** The value of largest magnitude. */
  public AbsMax absMax() {
    return absMax;
  }

  /** Extremes per channel; stays without channels where they are not measured. */
  public ChannelExtremes channels() {
    return channels;
  }

  /** Counts of NaN and infinities. */
  public NonFinite nonFinite() {
    return nonFinite;
  }

  /** The number of values more than six standard deviations from the mean. */
  public long outliersBeyond6Sigma() {
    return outliersBeyond6Sigma;
  }

  /** The number of elements seen, finite or not. */
  public long elements() {
    return elements;
  }

  /** The numbers so far; later input does not change them. */
  public Snapshot snapshot() {
    return new Snapshot(
        rowKurtosis.mean(),
        rowKurtosis.max(),
        pooled.excessKurtosis(),
        rowInfNorm.mean(),
        absMax.magnitude(),
        absMax.value(),
        absMax.place(),
        outliersBeyond6Sigma,
        nonFinite.nan(),
        nonFinite.infinite(),
        rowInfNorm.rows(),
        elements,
        channels.mins(),
        channels.maxs());
  }

  /**
   * The final numbers of a tap. NaN stands for "nothing to compute it from".
   *
   * @param kurtosis the papers' kurtosis, averaged over rows
   * @param maxRowKurtosis the largest kurtosis of a row
   * @param pooledExcessKurtosis population excess kurtosis of all values
   * @param maxInfNorm the largest magnitude of each row, averaged over rows
   * @param absMax the largest magnitude
   * @param extreme the value of largest magnitude, with its sign
   * @param absMaxPlace where that value is
   * @param outliers6Sigma the number of values more than six standard deviations from the mean
   * @param nan the number of NaN
   * @param inf the number of infinities
   * @param rows the number of rows
   * @param elements the number of elements seen, finite or not
   * @param channelMin the minimum per channel, empty where channels were not measured
   * @param channelMax the maximum per channel, likewise
   */
  // Arrays and not lists: there can be thousands of channels at hundreds of taps. Accessors copy.
  @SuppressWarnings("ArrayRecordComponent")
  public record Snapshot(
      double kurtosis,
      double maxRowKurtosis,
      double pooledExcessKurtosis,
      double maxInfNorm,
      double absMax,
      double extreme,
      Optional<AbsMax.Place> absMaxPlace,
      long outliers6Sigma,
      long nan,
      long inf,
      long rows,
      long elements,
      float[] channelMin,
      float[] channelMax) {

    /** Copies what could change, and refuses what cannot be. */
    public Snapshot {
      channelMin = channelMin.clone();
      channelMax = channelMax.clone();
      if (channelMin.length != channelMax.length) {
        throw new IllegalArgumentException(
            "Taking a tap's numbers: expected as many channel maxima as minima ("
                + channelMin.length
                + "), found "
                + channelMax.length);
      }
    }

    @Override
    public float[] channelMin() {
      return channelMin.clone();
    }

    @Override
    public float[] channelMax() {
      return channelMax.clone();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Snapshot that
          && numbers().equals(that.numbers())
          && Arrays.equals(channelMin, that.channelMin)
          && Arrays.equals(channelMax, that.channelMax);
    }

    @Override
    public int hashCode() {
      return Objects.hash(numbers(), Arrays.hashCode(channelMin), Arrays.hashCode(channelMax));
    }

    private List<Object> numbers() {
      return List.of(
          kurtosis,
          maxRowKurtosis,
          pooledExcessKurtosis,
          maxInfNorm,
          absMax,
          extreme,
          absMaxPlace,
          outliers6Sigma,
          nan,
          inf,
          rows,
          elements);
    }
  }
}
