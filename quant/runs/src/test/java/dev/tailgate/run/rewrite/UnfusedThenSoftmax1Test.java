package dev.tailgate.run.rewrite;

import static dev.tailgate.run.rewrite.AttentionReference.join;
import static dev.tailgate.run.rewrite.AttentionReference.merge;
import static dev.tailgate.run.rewrite.AttentionReference.split;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.onnx.attention.AttentionFinder;
import dev.tailgate.onnx.attention.AttentionSite;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.method.RewriteRules;
import dev.tailgate.onnx.rewrite.Decision;
import dev.tailgate.onnx.rewrite.ReplaceNormaliser.Replacement;
import dev.tailgate.onnx.rewrite.Retrieval;
import dev.tailgate.onnx.rewrite.RewriteScope;
import dev.tailgate.onnx.rewrite.SoftmaxSpec;
import dev.tailgate.onnx.rewrite.fused.FusedRules;
import org.junit.jupiter.api.Test;

/** What cannot keep its operator gets its normaliser after unfusing, against the formula. */
class UnfusedThenSoftmax1Test {
  private static final int B = 2;
  private static final int H = 3;
  private static final int T = 4;
  private static final int D = 4;
  private static final double[] ZERO = {0, 0, 0};

  private static OnnxModel softmax1(OnnxModel unfused) {
    RewriteScope scope = RewriteScope.open(unfused, "test", 1);
    AttentionSite site = AttentionFinder.find(unfused).sites().get(0);
    Replacement softmax1 = new Replacement(SoftmaxSpec.SOFTMAX1, Retrieval.ONCE);
    assertThat(RewriteRules.REPLACE_NORMALISER.examine(scope, site, softmax1))
        .isEqualTo(Decision.applies());
    RewriteRules.REPLACE_NORMALISER.apply(scope, site, softmax1);
    return scope.commit();
  }

  @Test
  void causalMultiHeadAttentionWithPast() {
    int past = 2;
    FusedGraph graph =
        FusedGraph.of(17, "com.microsoft", "MultiHeadAttention", 31)
            .dynamic()
            .floats("q", B, T, H * D)
            .floats("k", B, T, H * D)
            .floats("v", B, T, H * D)
            .without(3)
            .floats("pk", B, H, past, D)
            .floats("pv", B, H, past, D)
            .with("num_heads", H)
            .with("unidirectional", 1);
    OnnxModel changed =
        softmax1(
            Rewriting.apply(
                graph.outputs("y", "nk", "nv"),
                "MultiHeadAttention",
                FusedRules.UNFUSE_MULTI_HEAD_ATTENTION,
                SoftmaxSpec.SOFTMAX1));
    double[] expected =
        new AttentionReference(B, H, T, past + T, D)
            .context(
                split(graph.numbers("q"), B, T, H),
                join(graph.numbers("pk"), split(graph.numbers("k"), B, T, H), B * H),
                join(graph.numbers("pv"), split(graph.numbers("v"), B, T, H), B * H),
                0,
                AttentionReference.causal(past),
                ZERO);
    for (var level : Rewriting.LEVELS) {
      Rewriting.assertClose(
          Rewriting.run(changed, graph.feeds(), level).get("y"), merge(expected, B, T, H));
    }
  }

  @Test
  void maskedAttentionWithARowOfNoKeys() {
    boolean[] seen = new boolean[T * T];
    for (int i = T; i < seen.length; i++) {
      seen[i] = i % 3 != 0;
    }
    FusedGraph graph =
        FusedGraph.of(23, "", "Attention", 32)
            .dynamic()
            .floats("q", B, H, T, D)
            .floats("k", B, H, T, D)
            .floats("v", B, H, T, D)
            .given("mask", FusedGraph.flags(seen, T, T));
    OnnxModel changed =
        softmax1(
            Rewriting.apply(
                graph.outputs("y"),
                "Attention",
                FusedRules.UNFUSE_ONNX_ATTENTION,
                SoftmaxSpec.SOFTMAX1));
    double[] expected =
        new AttentionReference(B, H, T, T, D)
            .context(
                graph.numbers("q"),
                graph.numbers("k"),
                graph.numbers("v"),
                0,
                (b, h, t, s) -> seen[t * T + s] ? 0 : Double.NEGATIVE_INFINITY,
                ZERO);
    for (var level : Rewriting.LEVELS) {
      Rewriting.assertClose(Rewriting.run(changed, graph.feeds(), level).get("y"), expected);
    }
  }
}
