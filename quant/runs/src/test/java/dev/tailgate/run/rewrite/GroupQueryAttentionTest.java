package dev.tailgate.run.rewrite;

import static dev.tailgate.run.rewrite.AttentionReference.causal;
import static dev.tailgate.run.rewrite.AttentionReference.merge;
import static dev.tailgate.run.rewrite.AttentionReference.split;

import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.rewrite.NormaliserSpec;
import dev.tailgate.onnx.rewrite.Sink;
import dev.tailgate.onnx.rewrite.SoftmaxSpec;
import dev.tailgate.onnx.rewrite.fused.FusedRules;
import dev.tailgate.onnx.rewrite.fused.OperatorRule;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** GroupQueryAttention with its own sink against the formula, and unfused against itself. */
class GroupQueryAttentionTest {
  private static final int B = 2;
  private static final int H = 4;
  private static final int KV = 2;
  private static final int T = 5;
  private static final int D = 8;

  private static FusedGraph prompt() {
    return FusedGraph.of(17, "com.microsoft", "GroupQueryAttention", 9)
        .with("num_heads", H)
        .with("kv_num_heads", KV)
        .floats("q", B, T, H * D)
        .floats("k", B, T, KV * D)
        .floats("v", B, T, KV * D)
        .without(2)
        .given("seqlens", FusedGraph.ints(new int[] {T - 1, T - 1}, B))
        .given("total", FusedGraph.ints(new int[] {T}, 1));
  }

  private static void assertComputes(NormaliserSpec spec, double... sinks) {
    FusedGraph graph = prompt();
    OnnxModel rewritten = apply(graph.outputs("y"), FusedRules.USE_SMOOTH_SOFTMAX, spec);
    double[] expected =
        new AttentionReference(B, H, KV, T, T, D, D)
            .context(
                split(graph.numbers("q"), B, T, H),
                split(graph.numbers("k"), B, T, KV),
                split(graph.numbers("v"), B, T, KV),
                0,
                causal(0),
                sinks);
    for (var level : Rewriting.LEVELS) {
      Rewriting.assertClose(
          Rewriting.run(rewritten, graph.feeds(), level).get("y"), merge(expected, B, T, H));
    }
  }

  private static OnnxModel apply(OnnxModel model, OperatorRule rule, NormaliserSpec spec) {
    return Rewriting.apply(model, "GroupQueryAttention", rule, spec);
  }

  @Test
  void smoothSoftmaxIsSoftmax1() {
    assertComputes(SoftmaxSpec.SOFTMAX1, 0, 0, 0, 0);
  }

  @Test
  void headSinkIsASinkForEachHead() {
    double[] sinks = {-1.5, 0.5, 2, -4};
    assertComputes(new SoftmaxSpec(Optional.of(new Sink.PerHead(sinks)), Optional.empty()), sinks);
  }

  @Test
  void headSinkIsOneSinkForAllHeads() {
    assertComputes(
        new SoftmaxSpec(Optional.of(new Sink.Logit(1.25)), Optional.empty()),
        1.25,
        1.25,
        1.25,
        1.25);
  }

  @ParameterizedTest
  @ValueSource(floats = {0, 1.5f})
  void unfusedPromptAgrees(float softcap) {
    FusedGraph graph = prompt().without(3).floats("scoreBias", B, H, T, T).with("softcap", softcap);
    OnnxModel model = graph.outputs("y", "nk", "nv");
    Rewriting.assertAgree(
        model,
        apply(model, FusedRules.UNFUSE_GROUP_QUERY_ATTENTION, SoftmaxSpec.SOFTMAX),
        graph.feeds());
  }
}
