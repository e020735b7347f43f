package dev.tailgate.reports.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SpreadTest {
  @Test
  void isMeanAndSampleDeviation() {
    Spread spread = Spread.of(new double[] {1, 2, 6});
    assertThat(spread.mean()).isEqualTo(3);
    // statistics.stdev([1, 2, 6]) of Python.
    assertThat(spread.deviation()).isCloseTo(2.6457513110645907, within(1e-12));
    assertThat(spread.inWords()).isEqualTo("3 +-2.6");
  }

  @Test
  void oneSeedHasNoSpread() {
    assertThat(Spread.of(new double[] {4}).inWords()).isEqualTo("4");
    assertThat(Spread.of(new double[0]).mean()).isNaN();
  }
}
