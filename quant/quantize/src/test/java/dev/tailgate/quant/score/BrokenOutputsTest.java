package dev.tailgate.quant.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tailgate.data.Batch;
import dev.tailgate.data.Task;
import dev.tailgate.engine.input.ModelOutputs;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.quant.contest.Round;
import dev.tailgate.stats.metric.OutputNoise;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What audits score by and what healing scores by say the same of a model that breaks. */
class BrokenOutputsTest {
  private static final float INF = Float.POSITIVE_INFINITY;

  private record Outcome(AgreementScorer audited, OutputNoise healed) {
    double sqnr() {
      return audited.scores().get(0).value();
    }
  }

  /** Two samples of two tokens and one feature. */
  private static Outcome compare(float[] reference, float[] test, Optional<Tensor> mask) {
    Batch batch = new Batch(0, 2, Map.of(), Optional.empty(), mask);
    Round round =
        new Round(
            batch,
            List.of(
                new Round.Turn("float", Map.of("y", Tensor.ofFloats(reference, 2, 2, 1)), 0),
                new Round.Turn("rounded", Map.of("y", Tensor.ofFloats(test, 2, 2, 1)), 0)));
    Scoreboard scores =
        new Scoreboard(ModelOutputs.only("y"), Task.AGREEMENT, "float", List.of("rounded"));
    scores.accept(round);
    OutputError error = new OutputError();
    error.accept(batch, y(round.of("float")), y(round.of("rounded")));
    return new Outcome(scores.agreement("rounded"), error.metric());
  }

  private static Tensor y(Map<String, Tensor> outputs) {
    return Objects.requireNonNull(outputs.get("y"));
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void aModelThatBreaksHasNoSqnrInEither(float broken) {
    Outcome outcome =
        compare(new float[] {1, 2, 3, 4}, new float[] {1, 2, broken, 4}, Optional.empty());
    assertThat(outcome.sqnr()).isNaN();
    assertThat(outcome.healed().sqnr()).isNaN();
    assertThat(outcome.audited().faults("rounded"))
        .containsExactly(
            "Output y of the rounded model is NaN or infinite in 1 of 4 values that are finite in"
                + " the float model's: it has no SQNR.");
  }

  @Test
  void whereTheFloatModelIsNotFiniteNeitherCompares() {
    Outcome outcome =
        compare(
            new float[] {10, -INF, Float.NaN, 0}, new float[] {9, -INF, 7, 0}, Optional.empty());
    // 10^2 over 1^2.
    assertThat(outcome.sqnr()).isCloseTo(20, within(1e-12));
    assertThat(outcome.healed().sqnr()).isCloseTo(20, within(1e-12));
    assertThat(outcome.audited().faults("rounded")).isEmpty();
  }

  @Test
  void paddingMayBreak() {
    Optional<Tensor> mask = Optional.of(Tensor.ofLongs(new long[] {1, 0, 1, 1}, 2, 2));
    Outcome outcome = compare(new float[] {6, 1, 0, 8}, new float[] {5, Float.NaN, 0, 8}, mask);
    assertThat(outcome.sqnr()).isCloseTo(20, within(1e-12));
    assertThat(outcome.healed().sqnr()).isCloseTo(20, within(1e-12));
  }
}
