package dev.tailgate.onnx.layer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.onnx.attention.TestGraph;
import dev.tailgate.onnx.ir.OnnxModel;
import java.util.List;
import org.junit.jupiter.api.Test;

class LayersTest {
  /** Values 0.01, 0.02, ... of a stored matrix [2, 3]. */
  private static final float[] STORED = {0.01f, 0.02f, 0.03f, 0.04f, 0.05f, 0.06f};

  @Test
  void weightsOfAllFormsReadAsInputsByOutputs() {
    TestGraph plain = TestGraph.opset(17);
    String product = plain.node("MatMul", plain.input("x", -1, 2), plain.weight("w", 2, 3));
    LinearLayer straight = only(plain.output(plain.node("Relu", product)));
    assertThat(straight.in()).isEqualTo(2);
    assertThat(straight.out()).isEqualTo(3);

    TestGraph gemm = TestGraph.opset(17);
    String turned = gemm.node("Gemm", gemm.input("x", -1, 3), gemm.weight("w", 2, 3));
    gemm.with("transB", 1);
    OnnxModel gemmModel = gemm.output(gemm.node("Relu", turned));
    assertThat(only(gemmModel).in()).isEqualTo(3);
    assertThat(LayerEdit.read(gemmModel, only(gemmModel)).at(2, 1)).isEqualTo(STORED[5]);

    TestGraph transposed = TestGraph.opset(17);
    String seen = transposed.node("Transpose", transposed.weight("w", 2, 3));
    String y = transposed.node("MatMul", transposed.input("x", -1, 3), seen);
    OnnxModel model = transposed.output(transposed.node("Relu", y));
    assertThat(only(model).in()).isEqualTo(3);
    assertThat(LayerEdit.read(model, only(model)).at(0, 1)).isEqualTo(STORED[3]);
  }

  @Test
  void aWeightOfItsOwnKeepsItsNameAndASharedOneStaysForTheOthers() {
    TestGraph graph = TestGraph.opset(17);
    String x = graph.input("x", -1, 3);
    String own = graph.node("MatMul", x, graph.weight("own", 3, 3));
    String shared = graph.weight("shared", 3, 3);
    String first = graph.node("MatMul", own, shared);
    String second = graph.node("MatMul", first, shared);
    OnnxModel model = graph.output(graph.node("Relu", second));
    Layers layers = Layers.of(model);
    LayerEdit edit = LayerEdit.of(model, "Test");
    layers.linears().subList(0, 2).forEach(layer -> edit.weight(layer).scaleRow(0, 2));
    OnnxModel changed = edit.commit();
    List<LinearLayer> after = Layers.of(changed).linears();
    assertThat(after.get(0).constant()).isEqualTo("own");
    assertThat(LayerEdit.read(changed, after.get(0)).at(0, 0)).isEqualTo(2 * STORED[0]);
    assertThat(after.get(1).constant()).isNotEqualTo("shared");
    assertThat(LayerEdit.read(changed, after.get(1)).at(0, 1)).isEqualTo(2 * STORED[1]);
    assertThat(after.get(2).constant()).isEqualTo("shared");
    assertThat(LayerEdit.read(changed, after.get(2)).at(0, 0)).isEqualTo(STORED[0]);
  }

  @Test
  void aTransposeThatNothingReadsAnyMoreIsRemovedWithItsConstant() {
    TestGraph graph = TestGraph.opset(17);
    String seen = graph.node("Transpose", graph.weight("w", 2, 3));
    String y = graph.node("MatMul", graph.input("x", -1, 3), seen);
    OnnxModel model = graph.output(graph.node("Relu", y));
    LayerEdit edit = LayerEdit.of(model, "Test");
    edit.weight(only(model)).scaleColumn(0, 3);
    OnnxModel changed = edit.commit();
    assertThat(changed.graph().nodes()).noneMatch(node -> node.is("Transpose"));
    assertThat(changed.graph().initializers()).hasSize(1);
    assertThat(LayerEdit.read(changed, only(changed)).at(1, 0)).isEqualTo(3 * STORED[1]);
  }

  @Test
  void biasesAreFoundBehindTheProductAndAddedWhereThereAreNone() {
    TestGraph graph = TestGraph.opset(17);
    String y = graph.node("MatMul", graph.input("x", -1, 2), graph.weight("w", 2, 3));
    String biased = graph.node("Add", y, graph.constant(1, 2, 3));
    String z = graph.node("MatMul", biased, graph.weight("v", 3, 2));
    OnnxModel model = graph.output(graph.node("Relu", z));
    List<LinearLayer> layers = Layers.of(model).linears();
    assertThat(layers.get(0).output()).isEqualTo(biased);
    assertThat(layers.get(1).bias()).isEmpty();
    LayerEdit edit = LayerEdit.of(model, "Test");
    edit.bias(layers.get(0))[2] += 1;
    edit.bias(layers.get(1))[0] = 5;
    OnnxModel changed = edit.commit();
    List<LinearLayer> after = Layers.of(changed).linears();
    LayerEdit look = LayerEdit.of(changed, "Test");
    assertThat(look.bias(after.get(0))).containsExactly(1, 2, 4);
    assertThat(look.bias(after.get(1))).containsExactly(5, 0);
  }

  @Test
  void readersThatAreNotAllLayersAreNone() {
    TestGraph graph = TestGraph.opset(17);
    String x = graph.node("Relu", graph.input("x", -1, 2));
    String y = graph.node("MatMul", x, graph.weight("w", 2, 2));
    String sum = graph.node("Add", x, y);
    OnnxModel model = graph.output(sum);
    assertThat(Layers.of(model).onlyReaders(x)).isEmpty();
  }

  @Test
  void readersBehindATurnOfTheLastAxisAreNone() {
    TestGraph graph = TestGraph.opset(17);
    String x = graph.node("Relu", graph.input("x", 3, 2));
    String reshaped = graph.node("Reshape", x, graph.longs(1, -1, 2));
    String kept = graph.node("MatMul", reshaped, graph.weight("w", 2, 2));
    OnnxModel straight = graph.output(kept);
    assertThat(Layers.of(straight).onlyReaders(x).orElseThrow()).hasSize(1);
    TestGraph other = TestGraph.opset(17);
    String y = other.node("Relu", other.input("y", 2, 2));
    String turned = other.node("Transpose", y);
    OnnxModel model = other.output(other.node("MatMul", turned, other.weight("w", 2, 2)));
    assertThat(Layers.of(model).onlyReaders(y)).isEmpty();
  }

  private static LinearLayer only(OnnxModel model) {
    List<LinearLayer> layers = Layers.of(model).linears();
    assertThat(layers).hasSize(1);
    return layers.get(0);
  }
}
