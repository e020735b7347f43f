package dev.tailgate.stats.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class StudentIntervalTest {
  /** Of 1, 2, 4: mean 7/3, s^2 = 7/3, and t(0.975, 2) = 4.302653 in every printed table. */
  @Test
  void isThatOfTheTextbooks() {
    Interval three = StudentInterval.of(1, 2, 4);
    double half = 4.302652729911275 * Math.sqrt(7.0 / 9);
    assertThat(three.low()).isCloseTo(7.0 / 3 - half, within(1e-8));
    assertThat(three.high()).isCloseTo(7.0 / 3 + half, within(1e-8));
    Interval two = StudentInterval.of(0, 2);
    assertThat(two.high()).isCloseTo(1 + 12.706204736174694, within(1e-7));
  }

  @Test
  void equalNumbersLeaveNoDoubt() {
    assertThat(StudentInterval.of(5, 5, 5)).isEqualTo(new Interval(5, 5));
  }

  @Test
  void oneNumberOrOneThatIsNoneTellsNothing() {
    assertThat(StudentInterval.of().isUnknown()).isTrue();
    assertThat(StudentInterval.of(3).isUnknown()).isTrue();
    assertThat(StudentInterval.of(3, Double.NaN, 4).isUnknown()).isTrue();
    assertThat(StudentInterval.of(3, Double.POSITIVE_INFINITY).isUnknown()).isTrue();
  }
}
