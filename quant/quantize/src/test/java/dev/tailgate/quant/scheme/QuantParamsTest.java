package dev.tailgate.quant.scheme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tailgate.stats.Range;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import org.junit.jupiter.api.Test;

class QuantParamsTest {
  // Worked example of the papers' quantizers; figures have 6 decimals, hence the tolerance.
  private static final float SIX_DECIMALS = 1e-6f;

  private static final NumberFormat INT8 = new IntegerFormat(8, true);
  private static final NumberFormat UINT8 = new IntegerFormat(8, false);

  private static QuantParams activation(double min, double max) {
    TensorScheme scheme = TensorScheme.papersActivations(8);
    return GridRule.grid(scheme, new Range(min, max)).perTensor();
  }

  private static QuantParams weight(double min, double max) {
    TensorScheme scheme = TensorScheme.papersWeights(8, new Granularity.PerTensor());
    return GridRule.grid(scheme, new Range(min, max)).perTensor();
  }

  @Test
  void activationGridFollowsThePapersExample() {
    QuantParams grid = activation(-1.3, 7.9);
    assertThat(grid.scale(0)).isCloseTo(0.0360784f, within(1e-7f));
    assertThat(grid.zeroPoint(0)).isEqualTo(36);
    float[] x = {-1.3f, 0, 0.02f, 2.5f, 7.9f};
    float[] expected = {-1.298824f, 0, 0.036078f, 2.489412f, 7.901176f};
    for (int i = 0; i < x.length; i++) {
      assertThat(grid.fakeQuant(x[i], 0)).isCloseTo(expected[i], within(SIX_DECIMALS));
    }
  }

  @Test
  void weightGridFollowsThePapersExample() {
    QuantParams grid = weight(-0.5, 0.49);
    assertThat(grid.scale(0)).isCloseTo(0.00393701f, within(1e-8f));
    assertThat(grid.format()).isEqualTo(INT8);
    assertThat(Math.rint(0.1f / grid.scale(0))).isEqualTo(25);
    assertThat(Math.rint(0.49f / grid.scale(0))).isEqualTo(124);
  }

  @Test
  void nonNegativeWeightsUseTheUnsignedGrid() {
    QuantParams grid = weight(0, 2.55);
    assertThat(grid.format()).isEqualTo(UINT8);
    assertThat(grid.scale(0)).isCloseTo(0.01f, within(1e-8f));
  }

  @Test
  void rangesThatMissZeroAreWidenedToHoldIt() {
    assertThat(activation(2, 4)).isEqualTo(activation(0, 4));
    assertThat(activation(-4, -2).max()).isCloseTo(0, within(0.02));
  }

  @Test
  void tiesRoundToEven() {
    QuantParams grid = QuantParams.perTensor(UINT8, 1, 0);
    assertThat(grid.fakeQuant(0.5f, 0)).isEqualTo(0);
    assertThat(grid.fakeQuant(1.5f, 0)).isEqualTo(2);
    assertThat(grid.fakeQuant(2.5f, 0)).isEqualTo(2);
  }

  @Test
  void gridsThatCannotExistDoNotConstruct() {
    assertThatThrownBy(() -> QuantParams.perTensor(UINT8, 0, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> QuantParams.perTensor(INT8, 1, 200))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new IntegerFormat(1, true))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Property(seed = "1")
  void valuesInsideTheRangeMoveByAtMostHalfAStep(
      @ForAll @FloatRange(min = -50, max = 0) float low,
      @ForAll @FloatRange(min = 0.01f, max = 50) float high,
      @ForAll @FloatRange(min = 0, max = 1) float where) {
    QuantParams grid = activation(low, high);
    float x = low + (high - low) * where;
    // Rounding of the zero point moves the ends by up to another half step.
    assertThat(Math.abs(grid.fakeQuant(x, 0) - x)).isLessThanOrEqualTo(grid.scale(0) * 1.001f);
  }

  @Property(seed = "2")
  void zeroIsExact(
      @ForAll @FloatRange(min = -1000, max = 0) float low,
      @ForAll @FloatRange(min = 0, max = 1000) float high) {
    assertThat(activation(low, high).fakeQuant(0, 0)).isEqualTo(0);
  }
}
