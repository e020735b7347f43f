package dev.tailgate.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class RowKurtosisTest implements AccumulatorLaws<RowKurtosis> {

  @Override
  public RowKurtosis empty() {
    return RowKurtosis.create();
  }

  @Override
  public void feed(RowKurtosis into, float[] stream, int from, int to) {
    Moments row = Moments.create();
    for (int i = from; i < to; i++) {
      row.reset();
      if (Float.isFinite(stream[i])) {
        row.acceptAll(new float[] {stream[i], 1, -1, 0.5f, 2}, 0, 5);
      }
      into.acceptRow(row);
    }
  }

  @Override
  public List<Object> describe(RowKurtosis kurtosis) {
    return List.of(
        kurtosis.rows(), kurtosis.undefinedRows(), kurtosis.mean(), (float) kurtosis.max());
  }

  private static Moments row(float... values) {
    Moments moments = Moments.create();
    moments.acceptAll(values, 0, values.length);
    return moments;
  }

  @Test
  void weighsRowsEquallyWhateverTheirLength() {
    RowKurtosis kurtosis = RowKurtosis.create();
    kurtosis.acceptRow(row(1, 2, 3, 4, 100));
    kurtosis.acceptRow(row(-1, 1, -1, 1));
    // Check values of the two rows: 2.077899 and 0.562500.
    assertThat(kurtosis.mean()).isCloseTo((2.077899 + 0.5625) / 2, within(1e-6));
    assertThat(kurtosis.max()).isCloseTo(2.077899, within(1e-6));
    assertThat(kurtosis.rows()).isEqualTo(2);
  }

  @Test
  void countsUndefinedRowsApart() {
    RowKurtosis kurtosis = RowKurtosis.create();
    kurtosis.acceptRow(row());
    kurtosis.acceptRow(row(3));
    assertThat(kurtosis.mean()).isNaN();
    assertThat(kurtosis.max()).isNaN();
    kurtosis.acceptRow(row(3, 3));
    assertThat(kurtosis.mean()).isZero();
    assertThat(kurtosis.rows()).isEqualTo(1);
    assertThat(kurtosis.undefinedRows()).isEqualTo(2);
  }
}
