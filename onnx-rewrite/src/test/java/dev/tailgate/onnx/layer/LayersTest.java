package dev.tailgate.onnx.layer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.kit.Models;
import dev.tailgate.onnx.kit.Weights;
import java.util.List;
import org.junit.jupiter.api.Test;

class LayersTest {
  /** Values 0.01, 0.02, ... of a stored matrix [2, 3]. */
  private static final float[] STORED = {0.01f, 0.02f, 0.03f, 0.04f, 0.05f, 0.06f};

  @Test
  void weightsOfAllFormsReadAsInputsByOutputs() {
    GraphBuilder plain = Models.opset(17);
    Value product = Models.floats(plain, "x", -1, 2).matMul(Weights.ramp(plain, "w", 2, 3));
    LinearLayer straight = only(Models.of(plain, product.relu()));
    assertThat(straight.in()).isEqualTo(2);
    assertThat(straight.out()).isEqualTo(3);

    GraphBuilder gemm = Models.opset(17);
    Value turned =
        gemm.node("Gemm", Models.floats(gemm, "x", -1, 3), Weights.ramp(gemm, "w", 2, 3))
            .with("transB", 1)
            .value();
    OnnxModel gemmModel = Models.of(gemm, turned.relu());
    assertThat(only(gemmModel).in()).isEqualTo(3);
    assertThat(LayerEdit.read(gemmModel, only(gemmModel)).at(2, 1)).isEqualTo(STORED[5]);

    GraphBuilder transposed = Models.opset(17);
    Value seen = Weights.ramp(transposed, "w", 2, 3).op("Transpose");
    Value y = Models.floats(transposed, "x", -1, 3).matMul(seen);
    OnnxModel model = Models.of(transposed, y.relu());
    assertThat(only(model).in()).isEqualTo(3);
    assertThat(LayerEdit.read(model, only(model)).at(0, 1)).isEqualTo(STORED[3]);
  }

  @Test
  void aWeightOfItsOwnKeepsItsNameAndASharedOneStaysForTheOthers() {
    GraphBuilder graph = Models.opset(17);
    Value x = Models.floats(graph, "x", -1, 3);
    Value own = x.matMul(Weights.ramp(graph, "own", 3, 3));
    Value shared = Weights.ramp(graph, "shared", 3, 3);
    Value first = own.matMul(shared);
    Value second = first.matMul(shared);
    OnnxModel model = Models.of(graph, second.relu());
    Layers layers = ModelMap.of(model).layers();
    LayerEdit edit = LayerEdit.of(model, "Test");
    layers.linears().subList(0, 2).forEach(layer -> edit.weight(layer).scaleRow(0, 2));
    OnnxModel changed = edit.commit();
    List<LinearLayer> after = ModelMap.of(changed).layers().linears();
    assertThat(after.get(0).constant()).isEqualTo("own");
    assertThat(LayerEdit.read(changed, after.get(0)).at(0, 0)).isEqualTo(2 * STORED[0]);
    assertThat(after.get(1).constant()).isNotEqualTo("shared");
    assertThat(LayerEdit.read(changed, after.get(1)).at(0, 1)).isEqualTo(2 * STORED[1]);
    assertThat(after.get(2).constant()).isEqualTo("shared");
    assertThat(LayerEdit.read(changed, after.get(2)).at(0, 0)).isEqualTo(STORED[0]);
  }

  @Test
  void aTransposeThatNothingReadsAnyMoreIsRemovedWithItsConstant() {
    GraphBuilder graph = Models.opset(17);
    Value seen = Weights.ramp(graph, "w", 2, 3).op("Transpose");
    Value y = Models.floats(graph, "x", -1, 3).matMul(seen);
    OnnxModel model = Models.of(graph, y.relu());
    LayerEdit edit = LayerEdit.of(model, "Test");
    edit.weight(only(model)).scaleColumn(0, 3);
    OnnxModel changed = edit.commit();
    assertThat(changed.graph().nodes()).noneMatch(node -> node.is("Transpose"));
    assertThat(changed.graph().initializers()).hasSize(1);
    assertThat(LayerEdit.read(changed, only(changed)).at(1, 0)).isEqualTo(3 * STORED[1]);
  }

  @Test
  void biasesAreFoundBehindTheProductAndAddedWhereThereAreNone() {
    GraphBuilder graph = Models.opset(17);
    Value y = Models.floats(graph, "x", -1, 2).matMul(Weights.ramp(graph, "w", 2, 3));
    Value biased = y.plus(Weights.constant(graph, 1, 2, 3));
    Value z = biased.matMul(Weights.ramp(graph, "v", 3, 2));
    OnnxModel model = Models.of(graph, z.relu());
    List<LinearLayer> layers = ModelMap.of(model).layers().linears();
    assertThat(layers.get(0).output()).isEqualTo(biased.name());
    assertThat(layers.get(1).bias()).isEmpty();
    LayerEdit edit = LayerEdit.of(model, "Test");
    edit.bias(layers.get(0))[2] += 1;
    edit.bias(layers.get(1))[0] = 5;
    OnnxModel changed = edit.commit();
    List<LinearLayer> after = ModelMap.of(changed).layers().linears();
    LayerEdit look = LayerEdit.of(changed, "Test");
    assertThat(look.bias(after.get(0))).containsExactly(1, 2, 4);
    assertThat(look.bias(after.get(1))).containsExactly(5, 0);
  }

  @Test
  void readersThatAreNotAllLayersAreNone() {
    GraphBuilder graph = Models.opset(17);
    Value x = Models.floats(graph, "x", -1, 2).relu();
    Value y = x.matMul(Weights.ramp(graph, "w", 2, 2));
    Value sum = x.plus(y);
    OnnxModel model = Models.of(graph, sum);
    assertThat(ModelMap.of(model).layers().onlyReaders(x.name())).isEmpty();
  }

  @Test
  void readersBehindATurnOfTheLastAxisAreNone() {
    GraphBuilder graph = Models.opset(17);
    Value x = Models.floats(graph, "x", 3, 2).relu();
    Value reshaped = x.reshape(1, -1, 2);
    Value kept = reshaped.matMul(Weights.ramp(graph, "w", 2, 2));
    OnnxModel straight = Models.of(graph, kept);
    assertThat(ModelMap.of(straight).layers().onlyReaders(x.name()).orElseThrow()).hasSize(1);
    GraphBuilder other = Models.opset(17);
    Value y = Models.floats(other, "y", 2, 2).relu();
    Value turned = y.op("Transpose");
    OnnxModel model = Models.of(other, turned.matMul(Weights.ramp(other, "w", 2, 2)));
    assertThat(ModelMap.of(model).layers().onlyReaders(y.name())).isEmpty();
  }

  private static LinearLayer only(OnnxModel model) {
    List<LinearLayer> layers = ModelMap.of(model).layers().linears();
    assertThat(layers).hasSize(1);
    return layers.get(0);
  }
}
