package dev.tailgate.stats;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CompensatedSumTest implements AccumulatorLaws<CompensatedSum> {

  @Override
  public CompensatedSum empty() {
    return CompensatedSum.create();
  }

  @Override
  public void feed(CompensatedSum into, float[] stream, int from, int to) {
    for (int i = from; i < to; i++) {
      if (Float.isFinite(stream[i])) {
        into.add(stream[i]);
      }
    }
  }

  @Override
  public List<Object> describe(CompensatedSum sum) {
    return List.of(sum.value());
  }

  @Test
  void keepsWhatPlainAdditionLoses() {
    CompensatedSum sum = CompensatedSum.create();
    for (double term : new double[] {1, 1e100, 1, -1e100}) {
      sum.add(term);
    }
    assertThat(sum.value()).isEqualTo(2);
  }

  @Test
  void staysInfiniteOnceInfinite() {
    CompensatedSum sum = CompensatedSum.create();
    sum.add(Double.POSITIVE_INFINITY);
    sum.add(1);
    CompensatedSum other = CompensatedSum.create();
    other.add(3);
    other.combine(sum);
    assertThat(other.value()).isEqualTo(Double.POSITIVE_INFINITY);
  }
}
