package dev.tailgate.quant.score;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.data.Task;
import dev.tailgate.engine.input.ModelOutputs;
import dev.tailgate.result.metric.AgreementMetrics;
import dev.tailgate.stats.metric.OutputNoise;
import org.junit.jupiter.api.Test;

class DifferencesTest {
  /** A model that gives {@code test} where the float model gives 1, for four samples. */
  private static Trial giving(float... test) {
    OutputNoise noise = new OutputNoise(AgreementMetrics.OUTPUT_ERROR);
    for (float value : test) {
      noise.accept(new float[] {1}, new float[] {value});
    }
    return new Trial(TaskScorer.of(Task.AGREEMENT, ModelOutputs.only("y")), noise);
  }

  private static final Trial FAR = giving(2, 2, 2, 2);
  private static final Trial NEAR = giving(1.5f, 1.5f, 1.5f, 1.5f);
  private static final Trial BROKEN = giving(1, 1, 1, Float.NaN);
  private static final Trial INFINITE = giving(1, 1, 1, Float.POSITIVE_INFINITY);

  @Test
  void whatShrinksTheErrorHelps() {
    assertThat(Differences.helps(FAR, NEAR)).isTrue();
    assertThat(Differences.helps(NEAR, FAR)).isFalse();
  }

  @Test
  void aModelThatBreaksIsNoHelpAndMendingOneIs() {
    for (Trial broken : new Trial[] {BROKEN, INFINITE}) {
      assertThat(broken.isBroken()).isTrue();
      assertThat(broken.sqnr()).isNaN();
      assertThat(Differences.helps(FAR, broken)).isFalse();
      assertThat(Differences.helps(broken, FAR)).isTrue();
      assertThat(Differences.helps(broken, broken)).isFalse();
    }
  }
}
