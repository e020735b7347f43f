package dev.tailgate.heal.remedy.scale;

import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.proto.AttributeProto;
import dev.tailgate.onnx.proto.GraphProto;
import dev.tailgate.onnx.proto.ModelProto;
import dev.tailgate.onnx.proto.NodeProto;
import dev.tailgate.onnx.proto.OperatorSetIdProto;
import dev.tailgate.onnx.proto.TensorProto;
import dev.tailgate.onnx.proto.TensorShapeProto;
import dev.tailgate.onnx.proto.TypeProto;
import dev.tailgate.onnx.proto.ValueInfoProto;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/**
 * An RMSNorm, a gated feed-forward and a head that shares its matrix with the embedding, written
 * out, opset 13:
 *
 * <pre>
 *   x = table[ids];  n = x / sqrt(mean(x^2) + eps) gain
 *   h = (relu(n G) * (n U)) D + x;  logits = h' table^T  with h' the norm of h
 * </pre>
 */
final class TiedGraph {
  static final int WIDTH = 8;
  static final int INNER = 12;
  private static final int WORDS = 10;

  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("tied");
  private final Random random = new Random(9);

  private TiedGraph() {}

  static OnnxModel write(Path folder) {
    TiedGraph tied = new TiedGraph();
    tied.build();
    ModelProto model =
        ModelProto.newBuilder()
            .setIrVersion(8)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(13))
            .setGraph(tied.graph)
            .build();
    try {
      Path file = Files.createTempFile(folder, "tied", ".onnx");
      Files.write(file, model.toByteArray());
      return OnnxModel.load(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void build() {
    graph.addInput(value("ids", TensorProto.DataType.INT64_VALUE, 2, 5));
    weight("table", WORDS, WIDTH);
    weight("up_weight", WIDTH, INNER);
    weight("gate_weight", WIDTH, INNER);
    weight("down_weight", INNER, WIDTH);
    node("Gather", "x", "table", "ids");
    norm("n", "x");
    node("MatMul", "up", "n", "up_weight");
    node("MatMul", "gate", "n", "gate_weight");
    node("Relu", "opened", "gate");
    node("Mul", "gated", "opened", "up");
    node("MatMul", "down", "gated", "down_weight");
    node("Add", "h", "down", "x");
    norm("last", "h");
    node("Transpose", "turned", "table");
    node("MatMul", "logits", "last", "turned");
    graph.addOutput(value("logits", TensorProto.DataType.FLOAT_VALUE, 2, 5, WORDS));
  }

  private void norm(String name, String x) {
    weight(name + "_gain", WIDTH);
    scalar(name + "_two", 2);
    scalar(name + "_eps", 1e-5f);
    node("Pow", name + "_square", x, name + "_two");
    node("ReduceMean", name + "_mean", name + "_square");
    graph
        .getNodeBuilder(graph.getNodeCount() - 1)
        .addAttribute(
            AttributeProto.newBuilder()
                .setName("axes")
                .setType(AttributeProto.AttributeType.INTS)
                .addInts(-1));
    node("Add", name + "_sum", name + "_mean", name + "_eps");
    node("Sqrt", name + "_root", name + "_sum");
    node("Div", name + "_normal", x, name + "_root");
    node("Mul", name, name + "_normal", name + "_gain");
  }

  private void weight(String name, long... dims) {
    TensorProto.Builder tensor = TensorProto.newBuilder().setName(name).setDataType(1);
    int count = 1;
    for (long dim : dims) {
      tensor.addDims(dim);
      count *= (int) dim;
    }
    for (int i = 0; i < count; i++) {
      tensor.addFloatData((float) random.nextGaussian());
    }
    graph.addInitializer(tensor);
  }

  private void scalar(String name, float number) {
    graph.addInitializer(
        TensorProto.newBuilder().setName(name).setDataType(1).addFloatData(number));
  }

  private void node(String op, String output, String... inputs) {
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType(op)
            .setName(output)
            .addAllInput(List.of(inputs))
            .addOutput(output));
  }

  private static ValueInfoProto value(String name, int type, long... dims) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long dim : dims) {
      shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(dim));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(TypeProto.Tensor.newBuilder().setElemType(type).setShape(shape)))
        .build();
  }
}
