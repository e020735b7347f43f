package dev.tailgate.run.rewrite;

import static dev.tailgate.run.rewrite.AttentionReference.merge;
import static dev.tailgate.run.rewrite.AttentionReference.split;

import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.rewrite.SoftmaxSpec;
import dev.tailgate.onnx.rewrite.fused.FusedRules;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Unfused MultiHeadAttention against the operator and against the formula. */
class UnfuseMultiHeadAttentionTest {
  private static final int B = 2;
  private static final int H = 3;
  private static final int T = 4;
  private static final int S = 5;
  private static final int D = 4;

  private static FusedGraph attention(long opset) {
    return FusedGraph.of(opset, "com.microsoft", "MultiHeadAttention", 5).with("num_heads", H);
  }

  private static FusedGraph flat(long opset) {
    return attention(opset)
        .floats("q", B, T, H * D)
        .floats("k", B, S, H * D)
        .floats("v", B, S, H * D);
  }

  private static OnnxModel unfuse(OnnxModel model) {
    return Rewriting.apply(
        model, "MultiHeadAttention", FusedRules.UNFUSE_MULTI_HEAD_ATTENTION, SoftmaxSpec.SOFTMAX);
  }

  private static void assertUnfusedAgrees(FusedGraph graph, String... outputs) {
    OnnxModel model = graph.outputs(outputs);
    Rewriting.assertAgree(model, unfuse(model), graph.feeds());
  }

  @ParameterizedTest
  @ValueSource(longs = {7, 9, 12, 13, 17, 18, 21})
  void unmaskedAgreesWithOperatorAndFormulaAtEveryOpset(long opset) {
    FusedGraph graph =
        attention(opset)
            .dynamic()
            .floats("q", B, T, H * D)
            .floats("k", B, S, H * D)
            .floats("v", B, S, H * (D + 1));
    OnnxModel model = graph.outputs("y");
    OnnxModel unfused = unfuse(model);
    Rewriting.assertAgree(model, unfused, graph.feeds());
    double[] expected =
        new AttentionReference(B, H, H, T, S, D, D + 1)
            .context(
                split(graph.numbers("q"), B, T, H),
                split(graph.numbers("k"), B, S, H),
                split(graph.numbers("v"), B, S, H),
                0,
                AttentionReference.NONE);
    Rewriting.assertClose(
        Rewriting.run(unfused, graph.feeds(), Rewriting.LEVELS.get(0)).get("y"),
        merge(expected, B, T, H));
  }

  @ParameterizedTest
  @ValueSource(longs = {9, 17})
  void biasAndPaddingAndScoreBiasAgree(long opset) {
    assertUnfusedAgrees(
        flat(opset)
            .weights("bias", 3 * H * D)
            .given("mask", FusedGraph.ints(new int[] {1, 1, 1, 0, 0, 0, 1, 1, 1, 1}, B, S))
            .floats("scoreBias", 1, H, T, S)
            .with("scale", 0.4f),
        "y");
  }

  @Test
  void lengthsOfKeysAgree() {
    assertUnfusedAgrees(
        flat(17).without(1).given("lengths", FusedGraph.ints(new int[] {3, 5}, B)), "y");
  }

  @Test
  void maskOfEachQueryAgrees() {
    int[] mask = new int[B * T * S];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = i % 4 == 2 ? 0 : 1;
    }
    assertUnfusedAgrees(
        flat(17)
            .without(1)
            .given("mask", FusedGraph.ints(mask, B, T, S))
            .with("mask_filter_value", -50f),
        "y");
  }

  @Test
  void sequenceThatIsPaddingOnlyAgrees() {
    assertUnfusedAgrees(
        flat(17)
            .without(1)
            .given("mask", FusedGraph.ints(new int[] {0, 0, 0, 0, 0, 1, 1, 0, 1, 1}, B, S)),
        "y");
  }

  @Test
  void causalWithPastAndPresentAgrees() {
    assertUnfusedAgrees(
        attention(17)
            .dynamic()
            .floats("q", B, T, H * D)
            .floats("k", B, T, H * D)
            .floats("v", B, T, H * D)
            .weights("bias", 3 * H * D)
            .without(2)
            .floats("pk", B, H, 2, D)
            .floats("pv", B, H, 2, D)
            .with("unidirectional", 1),
        "y",
        "nk",
        "nv");
  }

  @Test
  void presentWithoutPastAgrees() {
    assertUnfusedAgrees(flat(17), "y", "nk", "nv");
  }

  @Test
  void keysAndValuesOfACacheAgree() {
    assertUnfusedAgrees(
        attention(17)
            .floats("q", B, T, H * D)
            .floats("k", B, H, S, D)
            .floats("v", B, H, S, D)
            .without(2)
            .floats("scoreBias", B, H, T, S),
        "y");
  }
}
