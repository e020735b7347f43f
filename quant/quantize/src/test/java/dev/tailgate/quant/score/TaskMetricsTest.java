package dev.tailgate.quant.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tailgate.data.Batch;
import dev.tailgate.data.Task;
import dev.tailgate.engine.input.ModelOutputs;
import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.engine.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Each task's metrics on small cases that can be checked by hand. */
class TaskMetricsTest {
  private static final ModelOutputs SPANS =
      new ModelOutputs(
          "start", Optional.of("start"), Optional.of("end"), "start", Optional.empty());

  private static Batch batch(long first, int samples, Tensor labels) {
    return new Batch(first, samples, Map.of(), Optional.of(labels), Optional.empty());
  }

  private static double value(TaskScorer scorer, String id) {
    return scorer.scores().stream()
        .filter(s -> s.id().equals(id))
        .findFirst()
        .orElseThrow()
        .value();
  }

  @Test
  void forecastsAreScoredOverAllElementsButMissingOnes() {
    TaskScorer scorer = TaskScorer.of(Task.REGRESSION, ModelOutputs.only("y"));
    Tensor labels = Tensor.ofFloats(new float[] {1, 2, 3, Float.NaN}, 2, 2, 1);
    scorer.accept(
        batch(0, 2, labels), Map.of("y", Tensor.ofFloats(new float[] {1, 4, 2, 9}, 2, 2)));
    assertThat(value(scorer, "mse")).isEqualTo(5.0 / 3);
    assertThat(value(scorer, "mae")).isEqualTo(1);
    Tensor other = Tensor.ofFloats(new float[6], 2, 3);
    assertThatThrownBy(() -> scorer.accept(batch(2, 2, labels), Map.of("y", other)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("sample 2");
  }

  @Test
  void spansAreTheBestPairOfTokensInOrder() {
    TaskScorer scorer = TaskScorer.of(Task.SPAN, SPANS);
    Tensor starts = Tensor.ofFloats(new float[] {0, 5, 0, 4, 9, 0, 0, 0}, 2, 4);
    Tensor ends = Tensor.ofFloats(new float[] {9, 0, 3, 0, 0, 0, 0, 5}, 2, 4);
    // Sample 0: 0..0, with 0 + 9, beats 1..2, with 5 + 3.
    scorer.accept(
        batch(0, 2, Tensor.ofLongs(new long[] {0, 0, 1, 3}, 2, 2)),
        Map.of("start", starts, "end", ends));
    assertThat(value(scorer, "span_exact_match")).isEqualTo(0.5);
    // Sample 1 predicts 0..3, four tokens of which three are right: 2 x 3 / (4 + 3).
    assertThat(value(scorer, "span_f1")).isCloseTo((1 + 6.0 / 7) / 2, within(1e-12));
  }

  @Test
  void spansNeverBeginInPadding() {
    TaskScorer scorer = TaskScorer.of(Task.SPAN, SPANS);
    Tensor logits = Tensor.ofFloats(new float[] {1, 0, 7}, 1, 3);
    Batch padded =
        new Batch(
            0,
            1,
            Map.of(),
            Optional.of(Tensor.ofLongs(new long[] {0, 0}, 1, 2)),
            Optional.of(Tensor.ofLongs(new long[] {1, 1, 0}, 1, 3)));
    scorer.accept(padded, Map.of("start", logits, "end", logits));
    assertThat(value(scorer, "span_exact_match")).isEqualTo(1);
  }

  @Test
  void similarityPairsSamplesAcrossBatches() {
    TaskScorer scorer = TaskScorer.of(Task.SIMILARITY, ModelOutputs.only("e"));
    // Pairs at 0, 45 and 90 degrees, with scores in the same order.
    float[][] vectors = {{1, 0}, {2, 0}, {1, 0}, {1, 1}, {0, 1}, {1, 0}};
    float[] scores = {5, 5, 3, 3, 1, 1};
    for (int s = 0; s < 6; s += 3) {
      float[] three = new float[6];
      for (int i = 0; i < 3; i++) {
        System.arraycopy(vectors[s + i], 0, three, 2 * i, 2);
      }
      Tensor labels = Tensor.ofFloats(java.util.Arrays.copyOfRange(scores, s, s + 3), 3);
      scorer.accept(batch(s, 3, labels), Map.of("e", Tensor.ofFloats(three, 3, 2)));
    }
    assertThat(value(scorer, "spearman")).isCloseTo(1, within(1e-12));
  }

  @Test
  void classesHaveTopFiveFromSixOnAndOneLogitMeansTwo() {
    TaskScorer six = TaskScorer.of(Task.CLASSIFICATION, ModelOutputs.only("y"));
    six.accept(
        batch(0, 2, Tensor.ofLongs(new long[] {5, 0}, 2)),
        Map.of("y", Tensor.ofFloats(new float[] {6, 5, 4, 3, 2, 1, 6, 5, 4, 3, 2, 1}, 2, 6)));
    assertThat(value(six, "accuracy")).isEqualTo(0.5);
    assertThat(value(six, "top5_accuracy")).isEqualTo(0.5);
    TaskScorer one = TaskScorer.of(Task.CLASSIFICATION, ModelOutputs.only("y"));
    one.accept(
        batch(0, 2, Tensor.ofLongs(new long[] {1, 0}, 2)),
        Map.of("y", Tensor.ofFloats(new float[] {0.3f, -1}, 2, 1)));
    assertThat(value(one, "accuracy")).isEqualTo(1);
    assertThat(value(one, "f1")).isEqualTo(1);
  }

  @Test
  void aLabelThatIsNoClassNamesItsSample() {
    TaskScorer scorer = TaskScorer.of(Task.CLASSIFICATION, ModelOutputs.only("y"));
    Tensor logits = Tensor.ofFloats(new float[6], 2, 3);
    assertThatThrownBy(
            () ->
                scorer.accept(
                    batch(8, 2, Tensor.ofLongs(new long[] {0, 3}, 2)), Map.of("y", logits)))
        .hasMessageContaining("[0, 3)")
        .hasMessageContaining("sample 9");
  }

  @Test
  void pairedIntervalsCancelWhatBothModelsFindHard() {
    Random random = new Random(7);
    TaskScorer fp = TaskScorer.of(Task.REGRESSION, ModelOutputs.only("y"));
    TaskScorer quantized = TaskScorer.of(Task.REGRESSION, ModelOutputs.only("y"));
    float[] zeros = new float[200];
    float[] hard = new float[200];
    float[] harder = new float[200];
    for (int i = 0; i < hard.length; i++) {
      hard[i] = (float) (3 * random.nextGaussian());
      harder[i] = hard[i] * 1.01f;
    }
    Batch all = batch(0, 200, Tensor.ofFloats(zeros, 200, 1));
    fp.accept(all, Map.of("y", Tensor.ofFloats(hard, 200, 1)));
    quantized.accept(all, Map.of("y", Tensor.ofFloats(harder, 200, 1)));
    PairedScores mse = PairedScores.of(fp, quantized).get(0);
    MetricScore delta = mse.delta().orElseThrow();
    assertThat(delta.value()).isCloseTo(mse.fp().value() * 0.0201, within(1e-4));
    assertThat(delta.low()).isPositive();
    assertThat(delta.high() - delta.low()).isLessThan((mse.fp().high() - mse.fp().low()) / 20);
  }

  @Test
  void neighboursAreSharedWhereAnglesAreKept() {
    Random random = new Random(11);
    float[] one = new float[40 * 8];
    float[] scaled = new float[one.length];
    float[] other = new float[one.length];
    for (int i = 0; i < one.length; i++) {
      one[i] = (float) random.nextGaussian();
      scaled[i] = 2 * one[i];
      other[i] = (float) random.nextGaussian();
    }
    assertThat(neighbours(one, scaled)).isEqualTo(1);
    // Of unrelated vectors two sets of 10 among 39 share a quarter by chance.
    assertThat(neighbours(one, other)).isBetween(0.1, 0.4);
  }

  private static double neighbours(float[] reference, float[] test) {
    AgreementScorer scorer = AgreementScorer.of(ModelOutputs.only("e"), Task.NEIGHBOURS);
    Batch batch = new Batch(0, 40, Map.of(), Optional.empty(), Optional.empty());
    scorer.accept(
        batch,
        Map.of("e", Tensor.ofFloats(reference, 40, 8)),
        Map.of("e", Tensor.ofFloats(test, 40, 8)));
    List<MetricScore> scores = scorer.scores();
    assertThat(scores.get(0).id()).isEqualTo("neighbour_agreement");
    return scores.get(0).value();
  }
}
