package dev.tailgate.run.rewrite;

import static dev.tailgate.run.rewrite.AttentionReference.causal;
import static dev.tailgate.run.rewrite.AttentionReference.merge;
import static dev.tailgate.run.rewrite.AttentionReference.split;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.attention.FusedOperators;
import dev.tailgate.onnx.attention.Normaliser;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.rewrite.Decision;
import dev.tailgate.onnx.rewrite.NormaliserSpec;
import dev.tailgate.onnx.rewrite.RewriteScope;
import dev.tailgate.onnx.rewrite.Sink;
import dev.tailgate.onnx.rewrite.SoftmaxSpec;
import dev.tailgate.onnx.rewrite.fused.FusedRules;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A zero token of ai.onnx.Attention against the formula with a sink. */
class ZeroTokenOfAttentionTest {
  private static final int B = 2;
  private static final int H = 4;
  private static final int KV = 2;
  private static final int T = 3;
  private static final int S = 5;
  private static final int D = 6;
  private static final AttentionReference CROSS = new AttentionReference(B, H, KV, T, S, D, D);
  private static final AttentionReference SELF = new AttentionReference(B, H, KV, T, T, D, D);
  private static final double[] PER_HEAD = {-2, 0.5, 1, 3};

  private static FusedGraph attention(long opset, int keys) {
    return FusedGraph.of(opset, "", "Attention", 21)
        .dynamic()
        .floats("q", B, H, T, D)
        .floats("k", B, KV, keys, D)
        .floats("v", B, KV, keys, D);
  }

  private static NormaliserSpec sink(Sink sink) {
    return new SoftmaxSpec(Optional.of(sink), Optional.empty());
  }

  private static double[] same(double logit) {
    return new double[] {logit, logit, logit, logit};
  }

  private static void assertComputes(
      FusedGraph graph,
      NormaliserSpec spec,
      AttentionReference reference,
      double softcap,
      AttentionReference.Mask mask,
      double... sinks) {
    OnnxModel rewritten =
        Rewriting.apply(
            graph.outputs("y"), "Attention", FusedRules.ADD_ZERO_TOKEN_TO_ATTENTION, spec);
    assertThat(rewritten.graph().nodes().stream().filter(n -> n.is("Attention")))
        .singleElement()
        .satisfies(n -> assertThat(FusedOperators.normaliser(n)).isEqualTo(Normaliser.SOFTMAX1));
    double[] expected =
        reference.context(
            graph.numbers("q"), graph.numbers("k"), graph.numbers("v"), softcap, mask, sinks);
    for (var level : Rewriting.LEVELS) {
      Rewriting.assertClose(Rewriting.run(rewritten, graph.feeds(), level).get("y"), expected);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {23, 24})
  void bidirectionalIsSoftmax1(long opset) {
    assertComputes(
        attention(opset, S), SoftmaxSpec.SOFTMAX1, CROSS, 0, AttentionReference.NONE, same(0));
  }

  @ParameterizedTest
  @ValueSource(longs = {23, 24})
  void causalIsSoftmax1(long opset) {
    assertComputes(
        attention(opset, T).with("is_causal", 1),
        SoftmaxSpec.SOFTMAX1,
        SELF,
        0,
        causal(0),
        same(0));
  }

  @Test
  void softcapLeavesTheSinkAtZero() {
    assertComputes(
        attention(23, S).with("softcap", 1.5f),
        SoftmaxSpec.SOFTMAX1,
        CROSS,
        1.5,
        AttentionReference.NONE,
        same(0));
  }

  @Test
  void sinkForEachHeadWithoutMask() {
    assertComputes(
        attention(23, S),
        sink(new Sink.PerHead(PER_HEAD)),
        CROSS,
        0,
        AttentionReference.NONE,
        PER_HEAD);
  }

  @Test
  void sinkForEachHeadOfACausalOne() {
    assertComputes(
        attention(23, T).with("is_causal", 1),
        sink(new Sink.PerHead(PER_HEAD)),
        SELF,
        0,
        causal(0),
        PER_HEAD);
  }

  @Test
  void rowsThatABoolMaskMasksFullyAreExactlyZero() {
    boolean[] seen = {
      true, false, true, true, false, false, false, false, false, false, true, true, true, true,
      true
    };
    FusedGraph graph = attention(23, S).given("mask", FusedGraph.flags(seen, T, S));
    AttentionReference.Mask mask = (b, h, t, s) -> seen[t * S + s] ? 0 : Double.NEGATIVE_INFINITY;
    assertComputes(graph, SoftmaxSpec.SOFTMAX1, CROSS, 0, mask, same(0));
  }

  @Test
  void boolMaskWithASinkOtherThanZero() {
    boolean[] seen = {
      true, false, true, true, false, false, false, false, false, false, true, true, true, true,
      true
    };
    FusedGraph graph = attention(23, S).given("mask", FusedGraph.flags(seen, T, S));
    AttentionReference.Mask mask = (b, h, t, s) -> seen[t * S + s] ? 0 : Double.NEGATIVE_INFINITY;
    assertComputes(graph, sink(new Sink.Logit(-0.75)), CROSS, 0, mask, same(-0.75));
  }

  @Test
  void additiveMaskOfEachHeadWithASinkForEachHead() {
    FusedGraph graph = attention(24, S).floats("mask", B, H, T, S);
    double[] mask = graph.numbers("mask");
    assertComputes(
        graph,
        sink(new Sink.PerHead(PER_HEAD)),
        CROSS,
        0,
        (b, h, t, s) -> mask[((b * H + h) * T + t) * S + s],
        PER_HEAD);
  }

  @Test
  void lengthsOfOpset24CountTheZeroToken() {
    long[] lengths = {2, 5};
    assertComputes(
        attention(24, S).without(3).given("lengths", Tensor.ofLongs(lengths, B)),
        SoftmaxSpec.SOFTMAX1,
        CROSS,
        0,
        (b, h, t, s) -> s < lengths[b] ? 0 : Double.NEGATIVE_INFINITY,
        same(0));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void flatInputs(int causal) {
    FusedGraph graph =
        FusedGraph.of(23, "", "Attention", 22)
            .dynamic()
            .floats("q", B, T, H * D)
            .floats("k", B, T, KV * D)
            .floats("v", B, T, KV * D)
            .with("q_num_heads", H)
            .with("kv_num_heads", KV)
            .with("is_causal", causal);
    OnnxModel rewritten =
        Rewriting.apply(
            graph.outputs("y"),
            "Attention",
            FusedRules.ADD_ZERO_TOKEN_TO_ATTENTION,
            SoftmaxSpec.SOFTMAX1);
    double[] expected =
        SELF.context(
            split(graph.numbers("q"), B, T, H),
            split(graph.numbers("k"), B, T, KV),
            split(graph.numbers("v"), B, T, KV),
            0,
            causal == 1 ? causal(0) : AttentionReference.NONE,
            same(0));
    Rewriting.assertClose(
        Rewriting.run(rewritten, graph.feeds(), Rewriting.LEVELS.get(0)).get("y"),
        merge(expected, B, T, H));
  }

  private static String refusal(OnnxModel model, NormaliserSpec spec) {
    OnnxNode node = model.graph().nodes().get(0);
    Decision decision =
        FusedRules.ADD_ZERO_TOKEN_TO_ATTENTION.examine(
            RewriteScope.open(model, "test", 0), node, spec);
    assertThat(decision).isInstanceOf(Decision.Skips.class);
    return ((Decision.Skips) decision).reason();
  }

  @Test
  void scoresAndPresentsThatAreGivenOutAreRefused() {
    assertThat(refusal(attention(23, S).outputs("y", "", "", "qk"), SoftmaxSpec.SOFTMAX1))
        .contains("a column more");
    assertThat(refusal(attention(23, S).outputs("y", "nk", "nv"), SoftmaxSpec.SOFTMAX1))
        .contains("past or present");
  }

  @Test
  void sinksOtherThanZeroBesideASoftcapAreRefused() {
    OnnxModel model = attention(23, S).with("softcap", 2f).outputs("y");
    assertThat(refusal(model, sink(new Sink.Logit(1)))).contains("capped");
  }

  @Test
  void causalLengthsAreRefused() {
    OnnxModel model =
        attention(24, T)
            .without(3)
            .given("lengths", Tensor.ofLongs(new long[] {1, 2}, B))
            .with("is_causal", 1)
            .outputs("y");
    assertThat(refusal(model, SoftmaxSpec.SOFTMAX1)).contains("nonpad_kv_seqlen");
  }
}
