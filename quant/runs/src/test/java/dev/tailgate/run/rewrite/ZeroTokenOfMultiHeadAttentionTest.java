package dev.tailgate.run.rewrite;

import static dev.tailgate.run.rewrite.AttentionReference.merge;
import static dev.tailgate.run.rewrite.AttentionReference.split;

import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.rewrite.NormaliserSpec;
import dev.tailgate.onnx.rewrite.Sink;
import dev.tailgate.onnx.rewrite.SoftmaxSpec;
import dev.tailgate.onnx.rewrite.fused.FusedRules;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A zero token of MultiHeadAttention against the formula with a sink. */
class ZeroTokenOfMultiHeadAttentionTest {
  private static final int B = 2;
  private static final int H = 3;
  private static final int T = 4;
  private static final int S = 5;
  private static final int D = 4;
  private static final AttentionReference CROSS = new AttentionReference(B, H, T, S, D);
  private static final double[] PER_HEAD = {-2, 0.5, 3};
  private static final double[] ZERO = {0, 0, 0};

  private static FusedGraph attention(long opset) {
    return FusedGraph.of(opset, "com.microsoft", "MultiHeadAttention", 6)
        .with("num_heads", H)
        .floats("q", B, T, H * D)
        .floats("k", B, S, H * D)
        .floats("v", B, S, H * D);
  }

  private static NormaliserSpec sink(Sink sink) {
    return new SoftmaxSpec(Optional.of(sink), Optional.empty());
  }

  private static void assertComputes(
      FusedGraph graph, NormaliserSpec spec, AttentionReference.Mask mask, double... sinks) {
    OnnxModel rewritten =
        Rewriting.apply(
            graph.outputs("y"),
            "MultiHeadAttention",
            FusedRules.ADD_ZERO_TOKEN_TO_MULTI_HEAD_ATTENTION,
            spec);
    boolean bias = graph.feeds().containsKey("bias");
    double[] expected =
        CROSS.context(
            split(biased(graph, "q", 0, bias), B, T, H),
            split(biased(graph, "k", 1, bias), B, S, H),
            split(biased(graph, "v", 2, bias), B, S, H),
            0,
            mask,
            sinks);
    for (var level : Rewriting.LEVELS) {
      Rewriting.assertClose(
          Rewriting.run(rewritten, graph.feeds(), level).get("y"), merge(expected, B, T, H));
    }
  }

  private static double[] biased(FusedGraph graph, String name, int part, boolean bias) {
    double[] values = graph.numbers(name);
    if (bias) {
      double[] all = graph.numbers("bias");
      for (int i = 0; i < values.length; i++) {
        values[i] += all[part * H * D + i % (H * D)];
      }
    }
    return values;
  }

  @ParameterizedTest
  @ValueSource(longs = {7, 10, 11, 13, 17, 18, 21})
  void unmaskedIsSoftmax1AtEveryOpset(long opset) {
    assertComputes(attention(opset), SoftmaxSpec.SOFTMAX1, AttentionReference.NONE, ZERO);
  }

  @Test
  void biasLeavesTheZeroTokenAtZero() {
    assertComputes(
        attention(17).floats("bias", 3 * H * D),
        SoftmaxSpec.SOFTMAX1,
        AttentionReference.NONE,
        ZERO);
  }

  @ParameterizedTest
  @ValueSource(longs = {9, 17})
  void sequenceThatIsPaddingOnlyIsExactlyZero(long opset) {
    int[] flags = {0, 0, 0, 0, 0, 1, 1, 0, 1, 1};
    assertComputes(
        attention(opset).without(1).given("mask", FusedGraph.ints(flags, B, S)),
        SoftmaxSpec.SOFTMAX1,
        (b, h, t, s) -> flags[b * S + s] == 1 ? 0 : -10000,
        ZERO);
  }

  @Test
  void lengthsCountTheZeroToken() {
    int[] lengths = {3, 5};
    assertComputes(
        attention(17).without(1).given("lengths", FusedGraph.ints(lengths, B)),
        SoftmaxSpec.SOFTMAX1,
        (b, h, t, s) -> s < lengths[b] ? 0 : -10000,
        ZERO);
  }

  @Test
  void maskOfEachQueryDoesNotMaskTheZeroToken() {
    int[] flags = new int[B * T * S];
    for (int i = 0; i < flags.length; i++) {
      flags[i] = i % 4 == 2 || i < S ? 0 : 1;
    }
    assertComputes(
        attention(17).without(1).given("mask", FusedGraph.ints(flags, B, T, S)),
        SoftmaxSpec.SOFTMAX1,
        (b, h, t, s) -> flags[(b * T + t) * S + s] == 1 ? 0 : -10000,
        ZERO);
  }

  @Test
  void scoreBiasGetsAColumnOfTheSink() {
    FusedGraph graph = attention(17).without(2).floats("scores", 1, H, T, S);
    double[] scores = graph.numbers("scores");
    assertComputes(
        graph,
        sink(new Sink.Logit(1.5)),
        (b, h, t, s) -> scores[(h * T + t) * S + s],
        1.5,
        1.5,
        1.5);
  }

  @ParameterizedTest
  @ValueSource(longs = {9, 17})
  void sinkForEachHeadIsMadeWhereThereIsNoScoreBias(long opset) {
    assertComputes(
        attention(opset), sink(new Sink.PerHead(PER_HEAD)), AttentionReference.NONE, PER_HEAD);
  }

  @Test
  void sinkOfAllHeadsIsMadeWhereThereIsNoScoreBias() {
    assertComputes(attention(17), sink(new Sink.Logit(-1)), AttentionReference.NONE, -1, -1, -1);
  }
}
