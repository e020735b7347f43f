package dev.tailgate.run.rewrite;

import static dev.tailgate.run.rewrite.AttentionReference.causal;
import static dev.tailgate.run.rewrite.AttentionReference.join;
import static dev.tailgate.run.rewrite.AttentionReference.merge;
import static dev.tailgate.run.rewrite.AttentionReference.split;

import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.rewrite.SoftmaxSpec;
import dev.tailgate.onnx.rewrite.fused.FusedRules;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Unfused ai.onnx attention against the operator and against the formula. */
class UnfuseOnnxAttentionTest {
  private static final int B = 2;
  private static final int H = 4;
  private static final int T = 3;
  private static final int S = 5;
  private static final int D = 6;

  private static FusedGraph attention(long opset) {
    return FusedGraph.of(opset, "", "Attention", 11);
  }

  private static void assertUnfusedAgrees(FusedGraph graph, String... outputs) {
    OnnxModel model = graph.outputs(outputs);
    OnnxModel unfused =
        Rewriting.apply(model, "Attention", FusedRules.UNFUSE_ONNX_ATTENTION, SoftmaxSpec.SOFTMAX1);
    Rewriting.assertAgree(model, unfused, graph.feeds());
  }

  @ParameterizedTest
  @ValueSource(longs = {23, 24})
  void perHeadInputsAgreeWithOperatorAndFormula(long opset) {
    FusedGraph graph = attention(opset).dynamic().floats("q", B, H, T, D).floats("k", B, H, S, D);
    graph.floats("v", B, H, S, D + 2);
    OnnxModel model = graph.outputs("y");
    OnnxModel unfused =
        Rewriting.apply(model, "Attention", FusedRules.UNFUSE_ONNX_ATTENTION, SoftmaxSpec.SOFTMAX);
    Rewriting.assertAgree(model, unfused, graph.feeds());
    double[] expected =
        new AttentionReference(B, H, H, T, S, D, D + 2)
            .context(
                graph.numbers("q"),
                graph.numbers("k"),
                graph.numbers("v"),
                0,
                AttentionReference.NONE);
    for (var level : Rewriting.LEVELS) {
      Rewriting.assertClose(Rewriting.run(unfused, graph.feeds(), level).get("y"), expected);
    }
  }

  @Test
  void groupedFlatCausalInputsWithPastAgreeWithOperatorAndFormula() {
    int past = 2;
    FusedGraph graph =
        attention(23)
            .dynamic()
            .floats("q", B, T, H * D)
            .floats("k", B, T, 2 * D)
            .floats("v", B, T, 2 * D)
            .without(1)
            .floats("pk", B, 2, past, D)
            .floats("pv", B, 2, past, D)
            .with("q_num_heads", H)
            .with("kv_num_heads", 2)
            .with("is_causal", 1);
    OnnxModel model = graph.outputs("y", "nk", "nv");
    OnnxModel unfused =
        Rewriting.apply(model, "Attention", FusedRules.UNFUSE_ONNX_ATTENTION, SoftmaxSpec.SOFTMAX);
    Rewriting.assertAgree(model, unfused, graph.feeds());
    double[] k = join(graph.numbers("pk"), split(graph.numbers("k"), B, T, 2), B * 2);
    double[] v = join(graph.numbers("pv"), split(graph.numbers("v"), B, T, 2), B * 2);
    double[] expected =
        new AttentionReference(B, H, 2, T, past + T, D, D)
            .context(split(graph.numbers("q"), B, T, H), k, v, 0, causal(past));
    Rewriting.assertClose(
        Rewriting.run(unfused, graph.feeds(), Rewriting.LEVELS.get(0)).get("y"),
        merge(expected, B, T, H));
  }

  @Test
  void boolMaskOfTwoDimensionsAndSoftcapAgree() {
    boolean[] seen = new boolean[T * S];
    for (int i = 0; i < seen.length; i++) {
      seen[i] = i % 3 != 1;
    }
    assertUnfusedAgrees(
        attention(23)
            .floats("q", B, H, T, D)
            .floats("k", B, H, S, D)
            .floats("v", B, H, S, D)
            .given("mask", FusedGraph.flags(seen, T, S))
            .with("softcap", 1.5f),
        "y");
  }

  @Test
  void floatMaskOfEachHeadAndScaleAgree() {
    assertUnfusedAgrees(
        attention(24)
            .floats("q", B, H, T, D)
            .floats("k", B, H, S, D)
            .floats("v", B, H, S, D)
            .floats("mask", B, H, T, S)
            .with("scale", 0.7f),
        "y");
  }

  @Test
  void causalWithMaskAgrees() {
    assertUnfusedAgrees(
        attention(23)
            .floats("q", B, H, T, D)
            .floats("k", B, H, T, D)
            .floats("v", B, H, T, D)
            .floats("mask", H, T, T)
            .with("is_causal", 1),
        "y");
  }

  @Test
  void rowThatABoolMaskMasksFullyAgrees() {
    assertUnfusedAgrees(
        attention(23)
            .floats("q", B, H, T, D)
            .floats("k", B, H, S, D)
            .floats("v", B, H, S, D)
            .given("mask", FusedGraph.flags(new boolean[T * S], T, S)),
        "y");
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NEGATIVE_INFINITY, -Float.MAX_VALUE, -1e9f})
  void rowThatAnAdditiveMaskMasksFullyAgrees(float hidden) {
    float[] mask = new float[T * S];
    Arrays.fill(mask, 0, S, hidden);
    assertUnfusedAgrees(
        attention(24)
            .floats("q", B, H, T, D)
            .floats("k", B, H, S, D)
            .floats("v", B, H, S, D)
            .given("mask", Tensor.ofFloats(mask, T, S)),
        "y");
  }

  @Test
  void rowThatMaskAndCausalityHideTogetherAgrees() {
    boolean[] seen = new boolean[T * T];
    Arrays.fill(seen, 1, seen.length, true);
    assertUnfusedAgrees(
        attention(23)
            .floats("q", B, H, T, D)
            .floats("k", B, H, T, D)
            .floats("v", B, H, T, D)
            .given("mask", FusedGraph.flags(seen, T, T))
            .with("is_causal", 1),
        "y");
  }

  @Test
  void lengthsOfOpset24Agree() {
    assertUnfusedAgrees(
        attention(24)
            .floats("q", B, H, T, D)
            .floats("k", B, H, S, D)
            .floats("v", B, H, S, D)
            .without(3)
            .given("lengths", Tensor.ofLongs(new long[] {0, 5}, B)),
        "y");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 3})
  void scoresGivenOutAgree(long mode) {
    assertUnfusedAgrees(
        attention(23)
            .floats("q", B, H, T, D)
            .floats("k", B, H, S, D)
            .floats("v", B, H, S, D)
            .floats("mask", T, S)
            .with("qk_matmul_output_mode", mode),
        "y",
        "",
        "",
        "qk");
  }
}
