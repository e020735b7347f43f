package dev.tailgate.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tailgate.stats.AbsMax.Place;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
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

  /** A last bit is a matter of how many samples ran together. */
  @Test
  void magnitudesThatDifferInTheirLastBitsAreEqual() {
    float most = 100;
    float less = Math.nextDown(most);
    AbsMax one = AbsMax.create();
    one.accept(most, 7, 0, 3);
    one.accept(-less, 2, 0, 3);
    AbsMax other = AbsMax.create();
    other.accept(-most, 2, 0, 3);
    other.accept(less, 7, 0, 3);
    assertThat(one.place()).contains(new Place(2, 0, 3)).isEqualTo(other.place());
    assertThat(one.magnitude()).isEqualTo(100);
    assertThat(one.value()).isEqualTo(-less);
    one.accept(100.01f, 9, 0, 0);
    assertThat(one.place()).contains(new Place(9, 0, 0));
  }

  /** Whatever the order of arrival and merging; few values, so that many are nearly equal. */
  @Property
  void theEarliestOfTheNearlyLargestIsTaken(
      @ForAll @Size(min = 1, max = 40) List<@IntRange(max = 60) Integer> steps,
      @ForAll Random random) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      order.add(i);
    }
    Collections.shuffle(order, random);
    AbsMax first = AbsMax.create();
    AbsMax second = AbsMax.create();
    double largest = 0;
    for (int i : order) {
      float value = value(steps.get(i));
      (random.nextBoolean() ? first : second).accept(value, i, 0, 0);
      largest = Math.max(largest, Math.abs(value));
    }
    first.combine(second);
    int expected = 0;
    while (Math.abs(value(steps.get(expected))) < (1 - 1e-5) * largest) {
      expected++;
    }
    assertThat(first.place()).contains(new Place(expected, 0, 0));
    assertThat(first.magnitude()).isEqualTo((float) largest);
  }

  /** Steps of 3e-6 around 10, of either sign. */
  private static float value(int step) {
    return (step % 2 == 0 ? 1 : -1) * (10 + step * 3e-5f);
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
