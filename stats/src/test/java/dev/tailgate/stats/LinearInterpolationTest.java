package dev.tailgate.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LinearInterpolationTest {

  @Test
  void agreesWithNumpy() {
    double[] sorted = {1, 2, 4, 8};
    // numpy.quantile of NumPy 2.4.6.
    assertThat(LinearInterpolation.quantile(sorted, 0)).isEqualTo(1);
    assertThat(LinearInterpolation.quantile(sorted, 0.1)).isCloseTo(1.3, within(1e-15));
    assertThat(LinearInterpolation.quantile(sorted, 0.5)).isEqualTo(3);
    assertThat(LinearInterpolation.quantile(sorted, 0.9)).isCloseTo(6.8, within(1e-14));
    assertThat(LinearInterpolation.quantile(sorted, 1)).isEqualTo(8);
  }

  @Test
  void definesTheEdges() {
    assertThat(LinearInterpolation.quantile(new double[0], 0.5)).isNaN();
    assertThat(LinearInterpolation.quantile(new double[] {7}, 0.5)).isEqualTo(7);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LinearInterpolation.quantile(new double[] {7}, -0.1));
  }
}
