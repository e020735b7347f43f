package dev.tailgate.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class RowInfNormTest implements AccumulatorLaws<RowInfNorm> {

  @Override
  public RowInfNorm empty() {
    return RowInfNorm.create();
  }

  @Override
  public void feed(RowInfNorm into, float[] stream, int from, int to) {
    for (int i = from; i < to; i++) {
      if (Float.isFinite(stream[i])) {
        into.acceptRow(Math.abs(stream[i]));
      }
    }
  }

  @Override
  public List<Object> describe(RowInfNorm norm) {
    return List.of(norm.rows(), norm.mean());
  }

  @Test
  void averagesTheRowsMaxima() {
    RowInfNorm norm = RowInfNorm.create();
    norm.acceptRow(10);
    norm.acceptRow(2);
    norm.acceptRow(0);
    assertThat(norm.mean()).isEqualTo(4);
  }

  @Test
  void isNanWithoutRows() {
    assertThat(RowInfNorm.create().mean()).isNaN();
  }

  @Test
  void refusesWhatCannotBeAMaximumOfFiniteMagnitudes() {
    RowInfNorm norm = RowInfNorm.create();
    for (double wrong : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatIllegalArgumentException().isThrownBy(() -> norm.acceptRow(wrong));
    }
    assertThat(norm.rows()).isZero();
  }
}
