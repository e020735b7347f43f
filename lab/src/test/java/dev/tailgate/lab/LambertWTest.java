package dev.tailgate.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LambertWTest {
  @ParameterizedTest
  @ValueSource(doubles = {-0.3678, -0.2, -1e-9, 0, 1e-9, 0.5, 1, Math.E, 10, 1e6, 1e300})
  void isTheInverse(double x) {
    double w = LambertW.of(x);
    // The condition of w exp(w) at w is 1 + w, so a few ulps of w show as that many of x.
    assertThat(w * Math.exp(w))
        .isCloseTo(x, within(1e-12 * (1 + Math.abs(w)) * Math.abs(x) + 1e-15));
  }

  @Test
  void isNotANumberBelowItsBranch() {
    assertThat(LambertW.of(-0.4)).isNaN();
    assertThat(LambertW.of(Double.NaN)).isNaN();
  }

  @Test
  void givesThePublishedCapacities() {
    // Ramsauer et al., arXiv 2008.02217, theorem 3.
    assertThat(LambertW.capacityBase(1, 3, 20, 0.001)).isBetween(3.1546, 3.1547);
    assertThat(LambertW.capacityBase(1, 1, 75, 0.001)).isBetween(1.3718, 1.3719);
  }
}
