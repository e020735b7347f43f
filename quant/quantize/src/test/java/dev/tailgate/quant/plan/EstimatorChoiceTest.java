package dev.tailgate.quant.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class EstimatorChoiceTest {
  private static final double NONE = Double.NaN;

  @Test
  void theFirstOfTheBestIsChosen() {
    assertThat(EstimatorChoice.best(List.of(20.0, 31.0, 31.0, 12.0))).isEqualTo(1);
    assertThat(EstimatorChoice.best(List.of(20.0, Double.POSITIVE_INFINITY))).isEqualTo(1);
  }

  @Test
  void oneWhoseModelBreaksIsChosenOnlyWhereAllBreak() {
    assertThat(EstimatorChoice.best(List.of(NONE, -3.0, NONE))).isEqualTo(1);
    assertThat(EstimatorChoice.best(List.of(-3.0, NONE))).isZero();
    assertThat(EstimatorChoice.best(List.of(NONE, NONE))).isZero();
  }

  @Test
  void aModelThatBreaksIsSaidToBe() {
    assertThat(new EstimatorChoice.Tried("mse", NONE, false).inWords()).isEqualTo("mse not finite");
    assertThat(new EstimatorChoice.Tried("mse", 21.347, true).inWords()).isEqualTo("mse 21.35 dB");
  }
}
