package dev.tailgate.stats.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class WilsonTest {
  private static void assertWilson(long correct, long total, double low, double high) {
    Interval interval = Wilson.interval(correct, total);
    assertThat(interval.low()).isCloseTo(low, within(1e-14));
    assertThat(interval.high()).isCloseTo(high, within(1e-14));
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
    assertThat(Wilson.interval(0, 0).isUnknown()).isTrue();
  }
}
