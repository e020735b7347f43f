package dev.tailgate.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class TapStatisticsTest implements AccumulatorLaws<TapStatistics> {

  @Override
  public TapStatistics empty() {
    return TapStatistics.create();
  }

  @Override
  public void feed(TapStatistics into, float[] stream, int from, int to) {
    Moments row = Moments.create();
    for (int i = from; i < to; i++) {
      row.reset();
      into.addElements(4);
      if (!into.nonFinite().accept(stream[i], i)) {
        float[] values = {stream[i], 1, -2, 0.5f};
        row.acceptAll(values, 0, 4);
        into.absMax().accept(stream[i], i, AbsMax.UNKNOWN, 0);
        into.channels().accept(values, values);
        into.addOutliersBeyond6Sigma(Math.abs(stream[i]) > 100 ? 1 : 0);
      }
      into.acceptRow(row, Math.max(2, Math.abs(stream[i])));
    }
  }

  @Override
  public List<Object> describe(TapStatistics statistics) {
    TapStatistics.Snapshot snapshot = statistics.snapshot();
    return List.of(
        snapshot.kurtosis(),
        (float) snapshot.maxRowKurtosis(),
        snapshot.pooledExcessKurtosis(),
        snapshot.maxInfNorm(),
        (float) snapshot.absMax(),
        (float) snapshot.extreme(),
        snapshot.absMaxPlace(),
        snapshot.outliers6Sigma(),
        snapshot.nan(),
        snapshot.inf(),
        snapshot.rows(),
        snapshot.elements(),
        Arrays.toString(snapshot.channelMin()),
        Arrays.toString(snapshot.channelMax()));
  }

  private static TapStatistics twoRows() {
    TapStatistics statistics = TapStatistics.create();
    Moments row = Moments.create();
    row.acceptAll(new float[] {1, 2, 3, 4, 100}, 0, 5);
    statistics.acceptRow(row, 100);
    row.reset();
    row.acceptAll(new float[] {-1, 1, -1, 1}, 0, 4);
    statistics.acceptRow(row, 1);
    statistics.absMax().accept(100, 0, 4, AbsMax.UNKNOWN);
    statistics.channels().accept(new float[] {-1, -1}, new float[] {100, 4});
    statistics.addElements(9);
    return statistics;
  }

  @Test
  void snapshotHoldsTheHeadlineNumbers() {
    TapStatistics.Snapshot snapshot = twoRows().snapshot();
    assertThat(snapshot.kurtosis()).isCloseTo((2.077899 + 0.5625) / 2, within(1e-6));
    assertThat(snapshot.maxInfNorm()).isEqualTo(50.5);
    assertThat(snapshot.absMax()).isEqualTo(100);
    assertThat(snapshot.rows()).isEqualTo(2);
    assertThat(snapshot.elements()).isEqualTo(9);
    assertThat(snapshot.absMaxPlace()).contains(new AbsMax.Place(0, 4, AbsMax.UNKNOWN));
  }

  @Test
  void snapshotDoesNotAlias() {
    TapStatistics statistics = twoRows();
    TapStatistics.Snapshot snapshot = statistics.snapshot();
    snapshot.channelMin()[0] = -77;
    statistics.combine(twoRows());
    statistics.channels().accept(new float[] {-9, -9}, new float[] {9, 9});
    assertThat(snapshot).isEqualTo(twoRows().snapshot()).hasSameHashCodeAs(twoRows().snapshot());
    assertThat(snapshot).isNotEqualTo(statistics.snapshot());
  }

  @Test
  void rowsOfOneElementCountForTheNormOnly() {
    TapStatistics statistics = TapStatistics.create();
    Moments row = Moments.create();
    row.accept(-3);
    statistics.acceptRow(row, 3);
    TapStatistics.Snapshot snapshot = statistics.snapshot();
    assertThat(snapshot.kurtosis()).isNaN();
    assertThat(snapshot.maxInfNorm()).isEqualTo(3);
    assertThat(snapshot.rows()).isEqualTo(1);
    assertThat(snapshot.channelMin()).isEmpty();
  }

  @Test
  void refusesNegativeCounts() {
    TapStatistics statistics = TapStatistics.create();
    assertThatIllegalArgumentException().isThrownBy(() -> statistics.addElements(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> statistics.addOutliersBeyond6Sigma(-1));
  }
}
