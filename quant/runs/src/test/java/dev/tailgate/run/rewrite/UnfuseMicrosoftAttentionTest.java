package dev.tailgate.run.rewrite;

import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.rewrite.SoftmaxSpec;
import dev.tailgate.onnx.rewrite.fused.FusedRules;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Unfused com.microsoft.Attention against the operator. */
class UnfuseMicrosoftAttentionTest {
  private static final int B = 2;
  private static final int H = 2;
  private static final int T = 4;
  private static final int D = 3;
  private static final int IN = 5;

  private static FusedGraph attention(long opset) {
    return FusedGraph.of(opset, "com.microsoft", "Attention", 3)
        .with("num_heads", H)
        .dynamic()
        .floats("x", B, T, IN)
        .weights("w", IN, 3 * H * D)
        .weights("b", 3 * H * D);
  }

  private static void assertUnfusedAgrees(FusedGraph graph, String... outputs) {
    OnnxModel model = graph.outputs(outputs);
    OnnxModel unfused =
        Rewriting.apply(
            model, "Attention", FusedRules.UNFUSE_MICROSOFT_ATTENTION, SoftmaxSpec.SOFTMAX);
    Rewriting.assertAgree(model, unfused, graph.feeds());
  }

  @ParameterizedTest
  @ValueSource(longs = {7, 11, 13, 18})
  void unmaskedAgrees(long opset) {
    assertUnfusedAgrees(attention(opset), "y");
  }

  @Test
  void lengthsAgree() {
    assertUnfusedAgrees(attention(12).given("mask", FusedGraph.ints(new int[] {2, 4}, B)), "y");
  }

  @Test
  void lengthsWithStartsAgree() {
    assertUnfusedAgrees(
        attention(12).given("mask", FusedGraph.ints(new int[] {3, 4, 1, 2}, 2 * B)), "y");
  }

  @Test
  void paddingFlagsAgree() {
    assertUnfusedAgrees(
        attention(12)
            .given("mask", FusedGraph.ints(new int[] {1, 1, 0, 0, 0, 1, 1, 1}, B, T))
            .with("mask_filter_value", -3f),
        "y");
  }

  @Test
  void flagsOfEachQueryWithCausalityAgree() {
    int[] mask = new int[B * T * T];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = i % 5 == 3 ? 0 : 1;
    }
    assertUnfusedAgrees(
        attention(12).given("mask", FusedGraph.ints(mask, B, T, T)).with("unidirectional", 1), "y");
  }

  @Test
  void causalWithPastAndPresentAgrees() {
    assertUnfusedAgrees(
        attention(12).without(1).floats("past", 2, B, H, 3, D).with("unidirectional", 1),
        "y",
        "present");
  }

  @Test
  void scoreBiasAndScaleAgree() {
    assertUnfusedAgrees(
        attention(12).without(2).floats("scores", B, H, T, T).with("scale", 0.3f), "y");
  }

  @Test
  void valuesOfAnotherWidthAgree() {
    assertUnfusedAgrees(
        FusedGraph.of(12, "com.microsoft", "Attention", 4)
            .with("num_heads", H)
            .with("qkv_hidden_sizes", List.of(6L, 6L, 8L))
            .floats("x", B, T, IN)
            .weights("w", IN, 20)
            .weights("b", 20),
        "y");
  }
}
