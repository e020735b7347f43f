package dev.tailgate.onnx.attention;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Queries of two heads of width four against six learned patterns. */
class LearnedMemoryTest {
  private final TestGraph graph = TestGraph.opset(17);
  private final String x = graph.input("x", -1, 5, 8);

  private String queries() {
    String projected = graph.node("MatMul", x, graph.weight("wq", 8, 8));
    String moved =
        graph.node("Transpose", graph.node("Reshape", projected, graph.longs(-1, 5, 2, 4)));
    graph.withInts("perm", 0L, 2L, 1L, 3L);
    return moved;
  }

  private String softmax(String scores) {
    String probs = graph.node("Softmax", graph.node("Div", scores, graph.constant(2)));
    graph.with("axis", -1);
    return probs;
  }

  private String refusal(String output) {
    AttentionReport report = AttentionFinder.find(graph.output(output));
    assertThat(report.sites()).isEmpty();
    assertThat(report.notSites()).hasSize(1);
    return report.notSites().get(0).reason();
  }

  @Test
  void findsKeysAndValuesFoldedToConstants() {
    String product = graph.node("MatMul", queries(), graph.weight("keys", 1, 2, 4, 6));
    String probs = softmax(product);
    String context = graph.node("MatMul", probs, graph.weight("values", 1, 2, 6, 4));
    String merged = graph.node("Transpose", context);
    graph.withInts("perm", 0L, 2L, 1L, 3L);
    String output = graph.node("Reshape", merged, graph.longs(-1, 5, 8));
    AttentionReport report = AttentionFinder.find(graph.output(output));
    assertThat(report.notSites()).isEmpty();
    assertThat(report.sites())
        .singleElement()
        .satisfies(
            site -> {
              assertThat(site.kind()).isEqualTo("cross");
              assertThat(site.scoresMatMul().output(0)).isEqualTo(product);
              assertThat(site.probs()).isEqualTo(probs);
              assertThat(site.context()).isEqualTo(output);
              assertThat(site.hidden()).isEqualTo(x);
              assertThat(site.key()).isEmpty();
              assertThat(site.value()).isEmpty();
            });
  }

  @Test
  void findsAMemoryOfOneHead() {
    String probs = softmax(graph.node("MatMul", x, graph.weight("keys", 1, 8, 6)));
    String context = graph.node("MatMul", probs, graph.weight("values", 1, 6, 8));
    assertThat(AttentionFinder.find(graph.output(context)).sites()).hasSize(1);
  }

  @Test
  void takesASoftmaxBetweenTwoLinearMapsForNoMemory() {
    String probs = softmax(graph.node("MatMul", x, graph.weight("up", 8, 6)));
    assertThat(refusal(graph.node("MatMul", probs, graph.weight("down", 6, 8))))
        .contains("a classifier or router");
  }

  @Test
  void takesRoutersOfEachHeadForNoMemory() {
    String probs = softmax(graph.node("MatMul", queries(), graph.weight("router", 1, 2, 4, 6)));
    String experts = graph.input("experts", -1, 2, 6, 4);
    assertThat(refusal(graph.node("MatMul", probs, experts))).contains("a classifier or router");
  }

  @Test
  void takesClassifiersOfEachHeadForNoMemory() {
    String logits = graph.node("MatMul", queries(), graph.weight("classes", 1, 2, 4, 6));
    assertThat(refusal(softmax(logits))).contains("a classifier or router");
  }

  @Test
  void prefersTheProductWithActivationsToATableOfRelativePositions() {
    String queries = queries();
    String positions = graph.node("MatMul", queries, graph.weight("positions", 1, 2, 4, 5));
    String keys = graph.node("Transpose", queries);
    graph.withInts("perm", 0L, 1L, 3L, 2L);
    String product = graph.node("MatMul", queries, keys);
    String probs = softmax(graph.node("Add", positions, product));
    AttentionReport report =
        AttentionFinder.find(graph.output(graph.node("MatMul", probs, queries)));
    assertThat(report.sites())
        .extracting(site -> site.scoresMatMul().output(0))
        .containsExactly(product);
  }
}
