package dev.tailgate.stats.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.tailgate.stats.AccumulatorLaws;
import java.util.List;
import org.junit.jupiter.api.Test;

class AccuracyTest implements AccumulatorLaws<Accuracy> {

  @Override
  public Accuracy empty() {
    return Accuracy.create();
  }

  @Override
  public void feed(Accuracy into, float[] stream, int from, int to) {
    for (int i = from; i < to; i++) {
      into.accept(stream[i] > 0);
    }
  }

  @Override
  public List<Object> describe(Accuracy metric) {
    return List.of(metric.value(), metric.correct(), metric.total());
  }

  private static void assertWilson(long correct, long total, double low, double high) {
    Accuracy accuracy = Accuracy.create();
    accuracy.add(correct, total);
    assertThat(accuracy.interval().low()).isCloseTo(low, within(1e-14));
    assertThat(accuracy.interval().high()).isCloseTo(high, within(1e-14));
    assertThat(accuracy.value()).isEqualTo((double) correct / total);
  }

  @Test
  void intervalAgreesWithScipy() {
    // scipy.stats.binomtest(k, n).proportion_ci(0.95, "wilson") of SciPy 1.17.1.
    assertWilson(8, 10, 0.4901624715366418, 0.9433178485456248);
    assertWilson(0, 20, 0, 0.16112515805281935);
    assertWilson(20, 20, 0.8388748419471808, 1);
    assertWilson(830, 1000, 0.805465935038086, 0.8520084043614475);
  }

  @Test
  void isUnknownWithoutData() {
    assertThat(Accuracy.create().value()).isNaN();
    assertThat(Accuracy.create().interval().isUnknown()).isTrue();
  }

  @Test
  void refusesMoreCorrectThanThereAre() {
    assertThatIllegalArgumentException().isThrownBy(() -> Accuracy.create().add(3, 2));
    assertThatIllegalArgumentException().isThrownBy(() -> Accuracy.create().add(-1, 2));
  }
}
