package dev.tailgate.onnx.attention;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Gates on two heads of width four, in the spellings of exporters. */
class GateNetTest {
  private final TestGraph graph = TestGraph.opset(17);
  private final String x = graph.input("x", -1, 5, 8);

  /** The hidden state right behind a feed-forward, whose maps are not the gate's. */
  private final String hidden =
      graph.node(
          "MatMul",
          graph.node("Relu", graph.node("MatMul", x, graph.weight("up", 8, 16))),
          graph.weight("down", 16, 8));

  private String heads(String name, Long... perm) {
    String projected = graph.node("MatMul", hidden, graph.weight(name, 8, 8));
    String moved =
        graph.node("Transpose", graph.node("Reshape", projected, graph.longs(-1, 5, 2, 4)));
    graph.withInts("perm", perm);
    return moved;
  }

  /**
   * The kind found for a gate of {@code logits}, {@code [B, 2, 5, 1]} after the sigmoid's views.
   */
  private String kind(String logits) {
    String scores = graph.node("MatMul", heads("wq", 0L, 2L, 1L, 3L), heads("wk", 0L, 2L, 3L, 1L));
    String probs = graph.node("Softmax", scores);
    graph.with("axis", -1);
    String context = graph.node("MatMul", probs, heads("wv", 0L, 2L, 1L, 3L));
    String turned = graph.node("Transpose", graph.node("Sigmoid", logits));
    graph.withInts("perm", 0L, 2L, 1L);
    String gate = graph.node("Unsqueeze", turned, graph.longs(-1));
    AttentionReport report = AttentionFinder.find(graph.output(graph.node("Mul", context, gate)));
    assertThat(report.sites()).hasSize(1);
    return report.sites().get(0).gate().orElseThrow().kind();
  }

  private String split() {
    return graph.node("Reshape", hidden, graph.longs(-1, 5, 2, 4));
  }

  private String biased(String logits, long... dims) {
    return graph.node("Add", logits, graph.weight("bias", dims));
  }

  @Test
  void weightedSumOfAHeadIsLinearWhateverMadeTheHiddenState() {
    String weighted = graph.node("Mul", split(), graph.weight("w", 2, 4));
    String sums = graph.node("ReduceSum", weighted, graph.longs(-1));
    graph.with("keepdims", 0);
    assertThat(kind(biased(sums, 2))).isEqualTo("linear");
  }

  @Test
  void oneMapAHeadPutSideBySideIsLinear() {
    String[] logits = new String[2];
    for (int h = 0; h < 2; h++) {
      String own =
          graph.node("Slice", hidden, graph.longs(4L * h), graph.longs(4L * h + 4), graph.longs(2));
      logits[h] =
          graph.node(
              "Add",
              graph.node("MatMul", own, graph.weight("w" + h, 4, 1)),
              graph.weight("b" + h, 1));
    }
    String joined = graph.node("Concat", logits);
    graph.with("axis", -1);
    assertThat(kind(joined)).isEqualTo("linear");
  }

  @Test
  void oneMapSharedByAllHeadsIsLinear() {
    String logits = graph.node("MatMul", split(), graph.weight("w", 4, 1));
    assertThat(kind(graph.node("Squeeze", logits, graph.longs(-1)))).isEqualTo("linear");
  }

  @Test
  void batchedProductOverHeadsIsLinear() {
    String turned = graph.node("Transpose", split());
    graph.withInts("perm", 0L, 2L, 1L, 3L);
    String logits = graph.node("MatMul", turned, graph.weight("w", 2, 4, 1));
    String back = graph.node("Transpose", graph.node("Squeeze", logits, graph.longs(-1)));
    graph.withInts("perm", 0L, 2L, 1L);
    assertThat(kind(biased(back, 2))).isEqualTo("linear");
  }

  @Test
  void einsumThatKeepsTheHeadsIsLinear() {
    String logits = graph.node("Einsum", split(), graph.weight("w", 2, 4));
    graph.with("equation", "bthd,hd->bth");
    assertThat(kind(biased(logits, 2))).isEqualTo("linear");
  }

  @Test
  void einsumOverTheWholeWidthIsOfAllHeads() {
    String logits = graph.node("Einsum", hidden, graph.weight("w", 2, 8));
    graph.with("equation", "btd,hd->bth");
    assertThat(kind(biased(logits, 2))).isEqualTo("all_heads_linear");
  }

  @Test
  void matrixOverTheWholeWidthIsOfAllHeads() {
    String logits = graph.node("MatMul", hidden, graph.weight("w", 8, 2));
    assertThat(kind(biased(logits, 2))).isEqualTo("all_heads_linear");
  }

  @Test
  void mapOfAReluIsAnMlp() {
    String inner = graph.node("Relu", graph.node("MatMul", split(), graph.weight("w", 4, 3)));
    String weighted = graph.node("Mul", inner, graph.weight("v", 2, 3));
    String sums = graph.node("ReduceSum", weighted, graph.longs(-1));
    graph.with("keepdims", 0);
    assertThat(kind(biased(sums, 2))).isEqualTo("mlp");
  }
}
