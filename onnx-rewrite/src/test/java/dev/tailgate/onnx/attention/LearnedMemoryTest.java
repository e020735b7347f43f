package dev.tailgate.onnx.attention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.kit.Models;
import dev.tailgate.onnx.kit.Weights;
import org.junit.jupiter.api.Test;

/** Queries of two heads of width four against six learned patterns. */
class LearnedMemoryTest {
  private final GraphBuilder graph = Models.opset(17);
  private final Value x = Models.floats(graph, "x", -1, 5, 8);

  private Value queries() {
    Value projected = x.matMul(Weights.ramp(graph, "wq", 8, 8));
    Value moved = projected.reshape(-1, 5, 2, 4).transpose(0, 2, 1, 3);
    return moved;
  }

  private Value softmax(Value scores) {
    Value probs = scores.over(2).softmax(-1);
    return probs;
  }

  private String refusal(Value output) {
    AttentionReport report = AttentionFinder.find(Models.of(graph, output));
    assertThat(report.sites()).isEmpty();
    assertThat(report.notSites()).hasSize(1);
    return report.notSites().get(0).reason();
  }

  @Test
  void findsKeysAndValuesFoldedToConstants() {
    Value product = queries().matMul(Weights.ramp(graph, "keys", 1, 2, 4, 6));
    Value probs = softmax(product);
    Value context = probs.matMul(Weights.ramp(graph, "values", 1, 2, 6, 4));
    Value merged = context.transpose(0, 2, 1, 3);
    Value output = merged.reshape(-1, 5, 8);
    AttentionReport report = AttentionFinder.find(Models.of(graph, output));
    assertThat(report.notSites()).isEmpty();
    assertThat(report.sites())
        .singleElement()
        .satisfies(
            site -> {
              assertThat(site.kind()).isEqualTo("cross");
              assertThat(site.scores().product().output(0)).isEqualTo(product.name());
              assertThat(site.normalisation().probs()).isEqualTo(probs.name());
              assertThat(site.context().merged()).isEqualTo(output.name());
              assertThat(site.projections().hidden()).isEqualTo(x.name());
              assertThat(site.projections().key()).isEmpty();
              assertThat(site.projections().value()).isEmpty();
            });
  }

  @Test
  void findsAMemoryOfOneHead() {
    Value probs = softmax(x.matMul(Weights.ramp(graph, "keys", 1, 8, 6)));
    Value context = probs.matMul(Weights.ramp(graph, "values", 1, 6, 8));
    assertThat(AttentionFinder.find(Models.of(graph, context)).sites()).hasSize(1);
  }

  @Test
  void takesASoftmaxBetweenTwoLinearMapsForNoMemory() {
    Value probs = softmax(x.matMul(Weights.ramp(graph, "up", 8, 6)));
    assertThat(refusal(probs.matMul(Weights.ramp(graph, "down", 6, 8))))
        .contains("a classifier or router");
  }

  @Test
  void takesRoutersOfEachHeadForNoMemory() {
    Value probs = softmax(queries().matMul(Weights.ramp(graph, "router", 1, 2, 4, 6)));
    Value experts = Models.floats(graph, "experts", -1, 2, 6, 4);
    assertThat(refusal(probs.matMul(experts))).contains("a classifier or router");
  }

  @Test
  void takesClassifiersOfEachHeadForNoMemory() {
    Value logits = queries().matMul(Weights.ramp(graph, "classes", 1, 2, 4, 6));
    assertThat(refusal(softmax(logits))).contains("a classifier or router");
  }

  @Test
  void prefersTheProductWithActivationsToATableOfRelativePositions() {
    Value queries = queries();
    Value positions = queries.matMul(Weights.ramp(graph, "positions", 1, 2, 4, 5));
    Value keys = queries.transpose(0, 1, 3, 2);
    Value product = queries.matMul(keys);
    Value probs = softmax(positions.plus(product));
    AttentionReport report = AttentionFinder.find(Models.of(graph, probs.matMul(queries)));
    assertThat(report.sites())
        .extracting(site -> site.scores().product().output(0))
        .containsExactly(product.name());
  }
}
