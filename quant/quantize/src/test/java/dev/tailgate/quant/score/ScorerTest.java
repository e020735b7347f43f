package dev.tailgate.quant.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tailgate.data.Batch;
import dev.tailgate.data.Task;
import dev.tailgate.engine.input.ModelOutputs;
import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.stats.metric.Direction;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Expected numbers were computed with NumPy in float64 from the same float32 values. */
class ScorerTest {
  /** Logits [2, 3, 4] of a float model and of one with noise. */
  private static final float[] REFERENCE = {
    0.132f, -0.564f, 0.336f, -0.040f, -0.201f, -0.068f, 1.023f, 1.314f,
    -0.160f, -1.030f, -1.511f, -2.234f, -1.176f, -0.852f, -0.053f, -1.881f,
    1.430f, 1.064f, 1.245f, -0.513f, 0.244f, -0.947f, 1.550f, -1.213f
  };

  private static final float[] NOISY = {
    0.081f, -0.422f, 0.585f, -0.049f, -0.242f, -0.319f, 1.194f, 1.345f,
    -0.348f, -0.943f, -1.450f, -2.269f, -1.232f, -0.779f, -0.030f, -1.832f,
    1.553f, 1.183f, 1.321f, -0.454f, 0.116f, -1.059f, 1.632f, -1.148f
  };

  private static final long[] LABELS = {3, 1, 0, 2, -100, 1};

  /** Sums of a handful of float64 terms: far more slack than rounding needs. */
  private static final double ROUNDING = 1e-9;

  private static Tensor logits(float[] values) {
    return Tensor.ofFloats(values, 2, 3, 4);
  }

  private static Batch batch(Optional<Tensor> labels, Optional<Tensor> mask) {
    return new Batch(0, 2, Map.of(), labels, mask);
  }

  private static MetricScore score(List<MetricScore> scores, String id) {
    return scores.stream().filter(s -> s.id().equals(id)).findFirst().orElseThrow();
  }

  private static List<MetricScore> task(Task task, Tensor labels, Tensor outputs) {
    TaskScorer scorer = TaskScorer.of(task, ModelOutputs.only("logits"));
    scorer.accept(batch(Optional.of(labels), Optional.empty()), Map.of("logits", outputs));
    return scorer.scores();
  }

  private static List<MetricScore> agreement(Optional<Tensor> mask, Map<String, Tensor> extra) {
    AgreementScorer scorer = AgreementScorer.of(ModelOutputs.only("logits"), Task.AGREEMENT);
    Map<String, Tensor> reference = new java.util.HashMap<>(extra);
    reference.put("logits", logits(REFERENCE));
    Map<String, Tensor> quantized = new java.util.HashMap<>(extra);
    quantized.put("logits", logits(NOISY));
    scorer.accept(batch(Optional.empty(), mask), reference, quantized);
    return scorer.scores();
  }

  @Test
  void causalPerplexityPredictsTheNextToken() {
    List<MetricScore> scores =
        task(Task.CAUSAL_LM, Tensor.ofLongs(LABELS, 2, 3), logits(REFERENCE));
    assertThat(score(scores, "perplexity").value()).isCloseTo(6.524633048120638, within(1e-6));
    MetricScore tokens = score(scores, "token_perplexity");
    assertThat(tokens.value()).isCloseTo(6.524633048120638, within(1e-6));
    // Of two samples every draw holds one, the other or both; so do the ends.
    assertThat(tokens.low()).isLessThan(tokens.value());
    assertThat(tokens.high()).isGreaterThan(tokens.value());
    assertThat(tokens.direction()).isEqualTo(Direction.LOWER);
  }

  @Test
  void maskedPerplexityPredictsTheTokenItself() {
    List<MetricScore> scores =
        task(Task.MASKED_LM, Tensor.ofLongs(LABELS, 2, 3), logits(REFERENCE));
    assertThat(score(scores, "token_perplexity").value())
        .isCloseTo(4.681285866059948, within(1e-6));
  }

  @Test
  void tokenPerplexityDoesNotDependOnTheBatching() {
    TaskScorer one = TaskScorer.of(Task.MASKED_LM, ModelOutputs.only("logits"));
    for (int s = 0; s < 2; s++) {
      Tensor labels = Tensor.ofLongs(Arrays.copyOfRange(LABELS, s * 3, s * 3 + 3), 1, 3);
      Tensor part = Tensor.ofFloats(Arrays.copyOfRange(REFERENCE, s * 12, s * 12 + 12), 1, 3, 4);
      one.accept(
          new Batch(s, 1, Map.of(), Optional.of(labels), Optional.empty()), Map.of("logits", part));
    }
    MetricScore whole =
        score(
            task(Task.MASKED_LM, Tensor.ofLongs(LABELS, 2, 3), logits(REFERENCE)),
            "token_perplexity");
    MetricScore parts = score(one.scores(), "token_perplexity");
    assertThat(parts.value()).isCloseTo(whole.value(), within(ROUNDING));
    assertThat(parts.high()).isCloseTo(whole.high(), within(ROUNDING));
  }

  @Test
  void accuracyCountsTheLargestLogit() {
    Tensor outputs = Tensor.ofFloats(new float[] {1, 3, 2, 5, 5, 0, Float.NaN, 1, 0}, 3, 3);
    TaskScorer scorer = TaskScorer.of(Task.CLASSIFICATION, ModelOutputs.only("logits"));
    Tensor labels = Tensor.ofLongs(new long[] {1, 1, 1}, 3);
    scorer.accept(
        new Batch(0, 3, Map.of(), Optional.of(labels), Optional.empty()),
        Map.of("logits", outputs));
    // Right; the lower index wins a tie; a NaN predicts nothing.
    MetricScore accuracy = score(scorer.scores(), "accuracy");
    assertThat(accuracy.value()).isCloseTo(1.0 / 3, within(ROUNDING));
    assertThat(accuracy.low()).isZero();
    assertThat(accuracy.high()).isEqualTo(1);
  }

  @Test
  void outputsWithOneValueASampleHaveNoClasses() {
    Tensor values = Tensor.ofFloats(new float[] {1, 2, 3}, 3);
    AgreementScorer scorer = AgreementScorer.of(ModelOutputs.only("y"), Task.AGREEMENT);
    scorer.accept(
        new Batch(0, 3, Map.of(), Optional.empty(), Optional.empty()),
        Map.of("y", values),
        Map.of("y", values));
    assertThat(score(scorer.scores(), "top1_agreement").value()).isNaN();
    assertThat(score(scorer.scores(), "cosine_similarity").value()).isEqualTo(1.0, within(1e-12));
  }

  @Test
  void agreementMatchesNumpy() {
    List<MetricScore> scores = agreement(Optional.empty(), Map.of());
    assertThat(score(scores, "sqnr").value()).isCloseTo(19.31330773499363, within(1e-6));
    assertThat(score(scores, "cosine_similarity").value())
        .isCloseTo(0.9941412297662511, within(ROUNDING));
    assertThat(score(scores, "kl_divergence").value())
        .isCloseTo(0.0048679011481183925, within(1e-8));
    assertThat(score(scores, "top1_agreement").value()).isEqualTo(1);
  }

  @Test
  void agreementLeavesOutPadding() {
    Tensor mask = Tensor.ofLongs(new long[] {1, 1, 1, 1, 0, 0}, 2, 3);
    List<MetricScore> scores = agreement(Optional.of(mask), Map.of());
    assertThat(score(scores, "sqnr").value()).isCloseTo(18.591327112448937, within(1e-6));
    assertThat(score(scores, "cosine_similarity").value())
        .isCloseTo(0.9949020996029578, within(ROUNDING));
    assertThat(score(scores, "kl_divergence").value())
        .isCloseTo(0.006279300720912014, within(1e-8));
  }

  @Test
  void agreementScoresOtherRealOutputsByNoiseOnly() {
    Map<String, Tensor> extra =
        Map.of(
            "present", Tensor.ofFloats(new float[] {1, 2, 3, 4}, 1, 4),
            "ids", Tensor.ofLongs(new long[] {1, 2}, 2));
    List<MetricScore> scores = agreement(Optional.empty(), extra);
    assertThat(scores)
        .extracting(MetricScore::id)
        .containsExactly(
            "sqnr",
            "cosine_similarity",
            "kl_divergence",
            "top1_agreement",
            "sqnr:present",
            "cosine_similarity:present");
    assertThat(score(scores, "sqnr:present").value()).isEqualTo(Double.POSITIVE_INFINITY);
  }

  @Test
  void halfPrecisionOutputsAreDecoded() {
    Tensor half = Tensor.allocate(ElementType.FLOAT16, 2, 3, 4);
    Elements.Writer writer = Elements.writer(half);
    for (int i = 0; i < REFERENCE.length; i++) {
      writer.put(i, REFERENCE[i]);
    }
    List<MetricScore> scores = task(Task.MASKED_LM, Tensor.ofLongs(LABELS, 2, 3), half);
    // Logits near 1 have an ulp of 2^-10 in binary16; the loss moves by no more.
    assertThat(score(scores, "token_perplexity").value())
        .isCloseTo(4.681285866059948, within(4.7 * 0x1p-10));
  }

  @Test
  void refusesLabelsThatDoNotBelongToTheModel() {
    Tensor outputs = logits(REFERENCE);
    assertThatThrownBy(() -> task(Task.MASKED_LM, Tensor.ofLongs(new long[4], 2, 2), outputs))
        .isInstanceOf(DataException.class);
    assertThatThrownBy(() -> task(Task.CLASSIFICATION, Tensor.ofLongs(LABELS, 6), outputs))
        .isInstanceOf(DataException.class);
    long[] beyond = {4, 0, 0, 0, 0, 0};
    assertThatThrownBy(() -> task(Task.MASKED_LM, Tensor.ofLongs(beyond, 2, 3), outputs))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("[0, 4)");
  }

  @Test
  void refusesOutputsThatDiffer() {
    AgreementScorer scorer = AgreementScorer.of(ModelOutputs.only("logits"), Task.AGREEMENT);
    Batch batch = batch(Optional.empty(), Optional.empty());
    Map<String, Tensor> fp = Map.of("logits", logits(REFERENCE));
    assertThatThrownBy(() -> scorer.accept(batch, fp, Map.of())).isInstanceOf(DataException.class);
    Map<String, Tensor> other = Map.of("logits", Tensor.ofFloats(new float[2], 2));
    assertThatThrownBy(() -> scorer.accept(batch, fp, other)).isInstanceOf(DataException.class);
  }

  @Test
  void nothingGivesNothing() {
    assertThat(TaskScorer.of(Task.AGREEMENT, ModelOutputs.only("logits")).scores()).isEmpty();
    assertThat(
            score(AgreementScorer.of(ModelOutputs.only("logits"), Task.AGREEMENT).scores(), "sqnr")
                .value())
        .isNaN();
  }
}
