package dev.tailgate.stats.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tailgate.stats.AccumulatorLaws;
import java.util.List;
import org.junit.jupiter.api.Test;

class KlDivergenceTest implements AccumulatorLaws<KlDivergence> {

  @Override
  public KlDivergence empty() {
    return KlDivergence.create();
  }

  @Override
  public void feed(KlDivergence into, float[] stream, int from, int to) {
    for (int i = from; i < to; i++) {
      into.accept(new float[] {stream[i], 1, 0}, new float[] {1, stream[i], 0.5f}, 0, 3);
    }
  }

  @Override
  public List<Object> describe(KlDivergence metric) {
    return List.of(metric.value(), metric.positions(), metric.skipped());
  }

  @Test
  void agreesWithScipy() {
    KlDivergence kl = KlDivergence.create();
    kl.accept(
        new float[] {9, 1, 2, 3, -4.5f, 0.25f},
        new float[] {0, 1.1f, 1.9f, 3.05f, -4.4f, 0.2f},
        1,
        5);
    // scipy.special.rel_entr of SciPy 1.17.1; the sum cancels to about 13 digits.
    assertThat(kl.value()).isCloseTo(0.0022929356473026115, within(1e-14));
  }

  @Test
  void isExactlyZeroForEqualLogits() {
    float[] logits = {12.5f, -3.25f, 0.1f};
    KlDivergence kl = KlDivergence.create();
    kl.accept(logits, logits.clone(), 0, 3);
    assertThat(kl.value()).isZero();
  }

  @Test
  void ignoresAShiftOfAllLogits() {
    KlDivergence kl = KlDivergence.create();
    kl.accept(new float[] {1000, 999}, new float[] {1, 0}, 0, 2);
    // An ulp of a logit of 1000 is 1.1e-13.
    assertThat(kl.value()).isCloseTo(0, within(1e-12));
  }

  @Test
  void definesMaskedClasses() {
    float masked = Float.NEGATIVE_INFINITY;
    KlDivergence both = KlDivergence.create();
    both.accept(new float[] {1, masked}, new float[] {1, masked}, 0, 2);
    assertThat(both.value()).isZero();
    KlDivergence onlyTest = KlDivergence.create();
    onlyTest.accept(new float[] {1, 1}, new float[] {1, masked}, 0, 2);
    assertThat(onlyTest.value()).isEqualTo(Double.POSITIVE_INFINITY);
  }

  @Test
  void leavesOutReferencesWithoutASoftmax() {
    KlDivergence kl = KlDivergence.create();
    kl.accept(new float[] {1, Float.NaN}, new float[] {1, 1}, 0, 2);
    assertThat(kl.skipped()).isEqualTo(1);
    assertThat(kl.value()).isNaN();
    kl.accept(new float[] {1, 1}, new float[] {2, 2}, 0, 2);
    assertThat(kl.value()).isZero();
  }

  @Test
  void hasNoValueWhereTheTestHasNoSoftmax() {
    KlDivergence kl = KlDivergence.create();
    kl.accept(new float[] {1, 1}, new float[] {2, 2}, 0, 2);
    KlDivergence other = KlDivergence.create();
    other.accept(new float[] {1, 1}, new float[] {1, Float.POSITIVE_INFINITY}, 0, 2);
    kl.combine(other);
    assertThat(kl.broken()).isEqualTo(1);
    assertThat(kl.value()).isNaN();
  }
}
