package dev.tailgate.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PercentileTailsTest implements AccumulatorLaws<PercentileTails> {

  private static final float[] SAMPLE = {3, -1.5f, 8, 0.25f, 12, -7, 5, 2, -3, 9.5f};

  @Override
  public PercentileTails empty() {
    return PercentileTails.create(5);
  }

  @Override
  public void feed(PercentileTails into, float[] stream, int from, int to) {
    into.accept(stream, from, to);
  }

  @Override
  public List<Object> describe(PercentileTails tails) {
    return List.of(
        Arrays.toString(tails.smallest()), Arrays.toString(tails.largest()), tails.skipped());
  }

  @Test
  void agreesWithNumpyInsideTheTails() {
    PercentileTails tails = PercentileTails.create(3);
    tails.accept(SAMPLE);
    // numpy.percentile of NumPy 2.4.6, linear; a few ulp for the order of operations.
    assertThat(tails.percentile(0, 10)).isEqualTo(-7);
    assertThat(tails.percentile(1, 10)).isCloseTo(-6.64, within(1e-14));
    assertThat(tails.percentile(10, 10)).isCloseTo(-3.4, within(1e-14));
    assertThat(tails.percentile(12.5, 10)).isEqualTo(-2.8125);
    assertThat(tails.percentile(90, 10)).isEqualTo(9.75);
    assertThat(tails.percentile(99, 10)).isCloseTo(11.775, within(1e-14));
    assertThat(tails.percentile(99.9, 10)).isCloseTo(11.977500000000003, within(1e-14));
    assertThat(tails.percentile(100, 10)).isEqualTo(12);
  }

  @Test
  void refusesPercentilesBetweenTheTailsAndNamesTheKNeeded() {
    PercentileTails tails = PercentileTails.create(3);
    tails.accept(SAMPLE);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> tails.percentile(50, 10))
        .withMessageContaining("rank 4")
        .withMessageContaining("k >= 6");
    PercentileTails enough = PercentileTails.create((int) PercentileTails.tailSizeFor(50, 10));
    enough.accept(SAMPLE);
    assertThat(enough.percentile(50, 10)).isEqualTo(2.5);
  }

  @Test
  void tailSizeIsEnoughForEveryPercentile() {
    float[] values = new float[41];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    for (double p = 0; p <= 100; p += 0.25) {
      PercentileTails tails =
          PercentileTails.create((int) PercentileTails.tailSizeFor(p, values.length));
      tails.accept(values);
      assertThat(tails.percentile(p, values.length)).isCloseTo(p * 0.4, within(1e-12));
    }
  }

  @Test
  void tailsOfPartsGiveTheSameAsTheWhole() {
    Random random = new Random(3);
    PercentileTails whole = PercentileTails.create(20);
    PercentileTails parts = PercentileTails.create(20);
    for (int part = 0; part < 6; part++) {
      float[] values = new float[50];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextGaussian();
      }
      whole.accept(values);
      Arrays.sort(values);
      parts.acceptTails(Arrays.copyOfRange(values, 0, 20), Arrays.copyOfRange(values, 30, 50));
    }
    assertThat(describe(parts)).isEqualTo(describe(whole));
    assertThat(parts.percentile(99, 300)).isEqualTo(whole.percentile(99, 300));
  }

  @Test
  void keepsLongTailsSorted() {
    Random random = new Random(11);
    float[] values = new float[5000];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat();
    }
    PercentileTails tails = PercentileTails.create(1000);
    tails.accept(values);
    Arrays.sort(values);
    assertThat(tails.smallest()).isEqualTo(Arrays.copyOfRange(values, 0, 1000));
    assertThat(tails.largest()).isEqualTo(Arrays.copyOfRange(values, 4000, 5000));
  }

  @Test
  void refusesImpossibleRequests() {
    PercentileTails tails = PercentileTails.create(3);
    tails.accept(SAMPLE);
    assertThatIllegalArgumentException().isThrownBy(() -> tails.percentile(101, 10));
    assertThatIllegalArgumentException().isThrownBy(() -> tails.percentile(1, 0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> tails.percentile(1, 2))
        .withMessageContaining("n=2 with 3 values kept");
    assertThatIllegalArgumentException().isThrownBy(() -> tails.combine(PercentileTails.create(4)));
    assertThatIllegalArgumentException().isThrownBy(() -> PercentileTails.create(0));
  }
}
