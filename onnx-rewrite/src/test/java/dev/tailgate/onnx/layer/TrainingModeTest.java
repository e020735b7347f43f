package dev.tailgate.onnx.layer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.kit.Models;
import dev.tailgate.onnx.kit.Weights;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Expectations follow the operator specifications of ONNX, version by version. */
class TrainingModeTest {
  private static OnnxModel dropout(long opset, double ratio, double mode) {
    GraphBuilder g = Models.opset(opset);
    Value x = Models.floats(g, "x", -1, 4);
    Value kept =
        opset < 12
            ? g.node("Dropout", x).with("ratio", 0.5f).value()
            : g.node(
                    "Dropout",
                    x,
                    g.scalar(ElementType.FLOAT, ratio),
                    g.scalar(ElementType.BOOL, mode))
                .value();
    return Models.of(g, kept);
  }

  private static OnnxModel norm(long opset, int outputs, boolean flag) {
    GraphBuilder g = Models.opset(opset);
    Value x = Models.floats(g, "x", -1, 2);
    Value ones = Weights.constant(g, 1, 1);
    var node = g.node("BatchNormalization", x, ones, ones, ones, ones);
    if (flag) {
      node.with("training_mode", 1);
    }
    List<Value> values = node.values(outputs);
    return Models.of(g, values.get(0));
  }

  @Test
  void dropoutTrainsWhereItsInputSaysSo() {
    assertThat(TrainingMode.warnings(dropout(17, 0.5, 1)))
        .singleElement()
        .asString()
        .contains("Dropout")
        .contains("model.eval()");
    assertThat(TrainingMode.warnings(dropout(17, 0.5, 0))).isEmpty();
    assertThat(TrainingMode.warnings(dropout(17, 0, 1))).isEmpty();
    assertThat(TrainingMode.warnings(dropout(11, 0.5, 1))).isEmpty();
  }

  @Test
  void batchNormalizationTrainsByAttributeAndBeforeThatByItsOutputs() {
    assertThat(TrainingMode.warnings(norm(15, 3, true)))
        .singleElement()
        .asString()
        .contains("BatchNormalization")
        .contains("each batch");
    assertThat(TrainingMode.warnings(norm(15, 1, false))).isEmpty();
    assertThat(TrainingMode.warnings(norm(9, 5, false))).hasSize(1);
    assertThat(TrainingMode.warnings(norm(9, 1, false))).isEmpty();
  }

  @Test
  void nodesOfABranchAreFoundAndCounted() {
    GraphBuilder g = Models.opset(17);
    Value x = Models.floats(g, "x", -1, 4);
    Value take = g.input("take", ElementType.BOOL, new long[0]);
    Value ratio = g.scalar(ElementType.FLOAT, 0.1);
    Value training = g.scalar(ElementType.BOOL, 1);
    Value first = g.node("Dropout", x, ratio, training).value();
    Value chosen =
        g.choose(
                take,
                () -> List.of(g.node("Dropout", first, ratio, training).value()),
                () -> List.of(first.relu()))
            .get(0);
    assertThat(TrainingMode.warnings(Models.of(g, chosen)))
        .singleElement()
        .asString()
        .contains("and 1 more");
  }
}
