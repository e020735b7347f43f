package dev.tailgate.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tailgate.stats.AbsMax.Place;
import java.util.List;
import org.junit.jupiter.api.Test;

class AbsMaxTest implements AccumulatorLaws<AbsMax> {

  @Override
  public AbsMax empty() {
    return AbsMax.create();
  }

  @Override
  public void feed(AbsMax into, float[] stream, int from, int to) {
    // Backwards, so that a tie is not decided by arrival.
    for (int i = to - 1; i >= from; i--) {
      if (Float.isFinite(stream[i])) {
        into.accept(stream[i], i / 6, i / 3 % 2, i % 3);
      }
    }
  }

  @Override
  public List<Object> describe(AbsMax max) {
    return List.of(Float.floatToRawIntBits(max.value()), max.place());
  }

  @Test
  void keepsSignAndPlace() {
    AbsMax max = AbsMax.create();
    max.accept(3, 0, 0, 0);
    max.accept(-8, 4, 2, 700);
    max.accept(7.9f, 5, 0, 0);
    assertThat(max.value()).isEqualTo(-8);
    assertThat(max.magnitude()).isEqualTo(8);
    assertThat(max.place()).contains(new Place(4, 2, 700));
  }

  @Test
  void decidesTiesByPlaceThenBySign() {
    AbsMax max = AbsMax.create();
    max.accept(5, 1, 0, 0);
    max.accept(-5, 0, 9, 9);
    assertThat(max.value()).isEqualTo(-5);
    max.accept(5, 0, 9, 9);
    max.accept(-5, 0, 9, 9);
    assertThat(max.value()).isEqualTo(5);
  }

  @Test
  void isNanWithoutValues() {
    assertThat(AbsMax.create().value()).isNaN();
    assertThat(AbsMax.create().place()).isEmpty();
  }

  @Test
  void refusesNonFiniteValuesAndImpossiblePlaces() {
    AbsMax max = AbsMax.create();
    assertThatIllegalArgumentException().isThrownBy(() -> max.accept(Float.NaN, 0, 0, 0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> max.accept(1, -2, 0, AbsMax.UNKNOWN))
        .withMessageContaining("sample=-2");
  }
}
