package dev.tailgate.onnx.attention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.kit.Models;
import dev.tailgate.onnx.kit.Weights;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RanksTest {
  private final GraphBuilder graph = Models.opset(23);
  private final Value x = Models.floats(graph, "x", -1, -2, 8);

  private Ranks ranks(Value... outputs) {
    return Ranks.of(Dataflow.of(Models.of(graph, outputs).graph()));
  }

  @Test
  void normsAndRotationsKeepTheRankOfWhatTheyAreGiven() {
    Value normed = x.op("RMSNormalization", Weights.ramp(graph, "scale", 8));
    Value table = Models.floats(graph, "table", -1, -2, 2);
    Value turned = graph.node("RotaryEmbedding", normed, table, table).with("num_heads", 2).value();
    assertThat(ranks(turned).of(turned.name())).isEqualTo(3);
  }

  @Test
  void attributesOfAttentionSayTheRankOfItsOperands() {
    for (var stated : Map.of(true, 3, false, 4).entrySet()) {
      GraphBuilder g = Models.opset(23);
      Value unknown = Models.floats(g, "x", -1).op("Reshape", Models.ids(g, "shape", -2));
      var node = g.node("Attention", unknown, unknown, unknown);
      Value out =
          (stated.getKey() ? node.with("q_num_heads", 2).with("kv_num_heads", 2) : node).value();
      Ranks ranks = Ranks.of(Dataflow.of(Models.of(g, out).graph()));
      assertThat(ranks.of(unknown.name())).isEqualTo(stated.getValue());
      assertThat(ranks.of(out.name())).isEqualTo(stated.getValue());
    }
  }

  @Test
  void vectorsVanishInProducts() {
    Value vector = Weights.ramp(graph, "v", 8);
    Value product = x.matMul(vector);
    Value matrix = x.matMul(Weights.ramp(graph, "w", 8, 4));
    Ranks ranks = ranks(product, matrix);
    assertThat(ranks.of(product.name())).isEqualTo(2);
    assertThat(ranks.of(matrix.name())).isEqualTo(3);
  }

  @Test
  void lettersBehindTheArrowAreTheAxesOfAnEinsum() {
    Value w = Weights.ramp(graph, "w", 8, 2, 4);
    Value split = graph.node("Einsum", x, w).with("equation", "btd,dhe->bhte").value();
    assertThat(ranks(split).of(split.name())).isEqualTo(4);
  }

  @Test
  void aPartOfAShapeHasAsManyElementsAsItsBoundsLeave() {
    Value y = Models.floats(graph, "y", -1, -2, -3, 8);
    Value shape = graph.concat(0, y.shape().slice(0, 0, -2), graph.longs(-1));
    Value merged = y.op("Reshape", shape);
    assertThat(ranks(merged).of(merged.name())).isEqualTo(3);
  }
}
