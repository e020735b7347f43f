package dev.tailgate.result.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SeedSpreadTest {
  @Test
  void isMeanAndSampleDeviation() {
    SeedSpread spread = SeedSpread.of(new double[] {1, 2, 6});
    assertThat(spread.mean()).isEqualTo(3);
    // statistics.stdev([1, 2, 6]) of Python.
    assertThat(spread.deviation()).isCloseTo(2.6457513110645907, within(1e-12));
    assertThat(spread.inWords()).isEqualTo("3.000 +-2.6");
  }

  @Test
  void oneSeedHasNoSpread() {
    assertThat(SeedSpread.of(new double[] {4}).inWords()).isEqualTo("4");
    assertThat(SeedSpread.of(new double[0]).mean()).isNaN();
  }

  @Test
  void theDeviationIsNoFinerThanTheMean() {
    assertThat(new SeedSpread(5.92964, 0.0009).inWords()).isEqualTo("5.930 +-0.001");
    assertThat(new SeedSpread(5.92964, 0.0004).inWords()).isEqualTo("5.930 +-0.0004");
    assertThat(new SeedSpread(5.92964, 0.00312).inWords()).isEqualTo("5.930 +-0.003");
    assertThat(new SeedSpread(435.68, 0.9876).inWords()).isEqualTo("435.7 +-1.0");
    assertThat(new SeedSpread(0.0036244, 0.015).inWords()).isEqualTo("0.003624 +-0.015");
    assertThat(new SeedSpread(7, 0).inWords()).isEqualTo("7 +-0");
    assertThat(new SeedSpread(Double.NaN, 1).inWords()).isEqualTo("NaN +-1.0");
  }
}
