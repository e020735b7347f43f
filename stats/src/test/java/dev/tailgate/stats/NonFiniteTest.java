package dev.tailgate.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class NonFiniteTest implements AccumulatorLaws<NonFinite> {

  @Override
  public NonFinite empty() {
    return NonFinite.create();
  }

  @Override
  public void feed(NonFinite into, float[] stream, int from, int to) {
    for (int i = to - 1; i >= from; i--) {
      into.accept(stream[i], i);
    }
  }

  @Override
  public List<Object> describe(NonFinite counts) {
    return List.of(
        counts.nan(),
        counts.positiveInfinity(),
        counts.negativeInfinity(),
        counts.firstNanSample(),
        counts.firstPositiveInfinitySample(),
        counts.firstNegativeInfinitySample());
  }

  @Test
  void countsKindsApartWithTheirFirstSample() {
    NonFinite counts = NonFinite.create();
    float[] values = {Float.NaN, 1, Float.NEGATIVE_INFINITY, Float.NaN};
    assertThat(counts.acceptAll(values, 0, 4, 7)).isEqualTo(3);
    assertThat(counts.acceptAll(values, 0, 2, 5)).isEqualTo(1);
    assertThat(counts.nan()).isEqualTo(3);
    assertThat(counts.infinite()).isEqualTo(1);
    assertThat(counts.total()).isEqualTo(4);
    assertThat(counts.firstNanSample()).hasValue(5);
    assertThat(counts.firstNegativeInfinitySample()).hasValue(7);
    assertThat(counts.firstPositiveInfinitySample()).isEmpty();
  }

  @Test
  void zeroCountsHaveNoFirstSample() {
    NonFinite counts = NonFinite.create();
    counts.add(0, 2, 0, 3);
    assertThat(counts.firstNanSample()).isEmpty();
    assertThat(counts.firstPositiveInfinitySample()).hasValue(3);
  }

  @Test
  void refusesNegativeCounts() {
    assertThatIllegalArgumentException().isThrownBy(() -> NonFinite.create().add(-1, 0, 0, 0));
  }
}
