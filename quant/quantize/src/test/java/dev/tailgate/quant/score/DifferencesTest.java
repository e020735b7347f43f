package dev.tailgate.quant.score;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.data.Batch;
import dev.tailgate.data.Task;
import dev.tailgate.engine.input.ModelOutputs;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.result.metric.AgreementMetrics;
import dev.tailgate.stats.metric.OutputNoise;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
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

  /** The same, and its answers to a yes-no question are right or wrong. */
  private static Trial answering(boolean[] right, float test) {
    ClassScorer scorer = new ClassScorer("y", 1);
    OutputNoise noise = new OutputNoise(AgreementMetrics.OUTPUT_ERROR);
    for (int i = 0; i < right.length; i++) {
      Batch batch =
          new Batch(
              i,
              1,
              Map.of("x", Tensor.ofFloats(new float[] {0}, 1)),
              Optional.of(Tensor.ofLongs(new long[] {1}, 1)),
              Optional.empty());
      float[] logits = {right[i] ? 0 : 1, right[i] ? 1 : 0};
      scorer.accept(batch, Map.of("y", Tensor.ofFloats(logits, 1, 2)));
      noise.accept(new float[] {1}, new float[] {test});
    }
    return new Trial(scorer, noise);
  }

  private static boolean[] answers(int right, int of) {
    boolean[] answers = new boolean[of];
    Arrays.fill(answers, 0, right, true);
    return answers;
  }

  @Test
  void nearerOutputsHelpThoughTheMetricSeemsToFallWithinItsNoise() {
    Trial before = answering(answers(80, 100), 2);
    // One answer less of a hundred is no evidence, an error of a quarter is.
    assertThat(Differences.helps(before, answering(answers(79, 100), 1.5f))).isTrue();
    assertThat(Differences.helps(answering(answers(79, 100), 1.5f), before)).isFalse();
  }

  @Test
  void nearerOutputsDoNotHelpWhereTheMetricFallsBeyondDoubt() {
    Trial before = answering(answers(80, 100), 2);
    assertThat(Differences.helps(before, answering(answers(50, 100), 1.5f))).isFalse();
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
