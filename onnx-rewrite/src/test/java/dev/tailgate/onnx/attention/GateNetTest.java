package dev.tailgate.onnx.attention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.kit.Models;
import dev.tailgate.onnx.kit.Weights;
import org.junit.jupiter.api.Test;

/** Gates on two heads of width four, in the spellings of exporters. */
class GateNetTest {
  private final GraphBuilder graph = Models.opset(17);
  private final Value x = Models.floats(graph, "x", -1, 5, 8);

  /** The hidden state right behind a feed-forward, whose maps are not the gate's. */
  private final Value hidden =
      x.matMul(Weights.ramp(graph, "up", 8, 16)).relu().matMul(Weights.ramp(graph, "down", 16, 8));

  private Value heads(String name, long... perm) {
    Value projected = hidden.matMul(Weights.ramp(graph, name, 8, 8));
    Value moved = projected.reshape(-1, 5, 2, 4).transpose(perm);
    return moved;
  }

  /**
   * The kind found for a gate of {@code logits}, {@code [B, 2, 5, 1]} after the sigmoid's views.
   */
  private String kind(Value logits) {
    Value scores = heads("wq", 0L, 2L, 1L, 3L).matMul(heads("wk", 0L, 2L, 3L, 1L));
    Value probs = scores.softmax(-1);
    Value context = probs.matMul(heads("wv", 0L, 2L, 1L, 3L));
    Value turned = logits.sigmoid().transpose(0, 2, 1);
    Value gate = turned.unsqueeze(-1);
    AttentionReport report = AttentionFinder.find(Models.of(graph, context.times(gate)));
    assertThat(report.sites()).hasSize(1);
    return report.sites().get(0).gate().orElseThrow().kind();
  }

  private Value split() {
    return hidden.reshape(-1, 5, 2, 4);
  }

  private Value biased(Value logits, long... dims) {
    return logits.plus(Weights.ramp(graph, "bias", dims));
  }

  @Test
  void weightedSumOfAHeadIsLinearWhateverMadeTheHiddenState() {
    Value weighted = split().times(Weights.ramp(graph, "w", 2, 4));
    Value sums = graph.node("ReduceSum", weighted, graph.longs(-1)).with("keepdims", 0).value();
    assertThat(kind(biased(sums, 2))).isEqualTo("linear");
  }

  @Test
  void oneMapAHeadPutSideBySideIsLinear() {
    Value[] logits = new Value[2];
    for (int h = 0; h < 2; h++) {
      Value own = hidden.slice(2, 4L * h, 4L * h + 4);
      logits[h] =
          own.matMul(Weights.ramp(graph, "w" + h, 4, 1)).plus(Weights.ramp(graph, "b" + h, 1));
    }
    Value joined = graph.concat(-1, logits);
    assertThat(kind(joined)).isEqualTo("linear");
  }

  @Test
  void oneMapSharedByAllHeadsIsLinear() {
    Value logits = split().matMul(Weights.ramp(graph, "w", 4, 1));
    assertThat(kind(logits.squeeze(-1))).isEqualTo("linear");
  }

  @Test
  void batchedProductOverHeadsIsLinear() {
    Value turned = split().transpose(0, 2, 1, 3);
    Value logits = turned.matMul(Weights.ramp(graph, "w", 2, 4, 1));
    Value back = logits.squeeze(-1).transpose(0, 2, 1);
    assertThat(kind(biased(back, 2))).isEqualTo("linear");
  }

  @Test
  void einsumThatKeepsTheHeadsIsLinear() {
    Value logits =
        graph
            .node("Einsum", split(), Weights.ramp(graph, "w", 2, 4))
            .with("equation", "bthd,hd->bth")
            .value();
    assertThat(kind(biased(logits, 2))).isEqualTo("linear");
  }

  @Test
  void einsumOverTheWholeWidthIsOfAllHeads() {
    Value logits =
        graph
            .node("Einsum", hidden, Weights.ramp(graph, "w", 2, 8))
            .with("equation", "btd,hd->bth")
            .value();
    assertThat(kind(biased(logits, 2))).isEqualTo("all_heads_linear");
  }

  @Test
  void matrixOverTheWholeWidthIsOfAllHeads() {
    Value logits = hidden.matMul(Weights.ramp(graph, "w", 8, 2));
    assertThat(kind(biased(logits, 2))).isEqualTo("all_heads_linear");
  }

  @Test
  void mapOfAReluIsAnMlp() {
    Value inner = split().matMul(Weights.ramp(graph, "w", 4, 3)).relu();
    Value weighted = inner.times(Weights.ramp(graph, "v", 2, 3));
    Value sums = graph.node("ReduceSum", weighted, graph.longs(-1)).with("keepdims", 0).value();
    assertThat(kind(biased(sums, 2))).isEqualTo("mlp");
  }
}
