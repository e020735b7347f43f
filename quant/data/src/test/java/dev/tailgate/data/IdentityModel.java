package dev.tailgate.data;

import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.ValueInfo;
import dev.tailgate.onnx.proto.GraphProto;
import dev.tailgate.onnx.proto.ModelProto;
import dev.tailgate.onnx.proto.NodeProto;
import dev.tailgate.onnx.proto.OperatorSetIdProto;
import dev.tailgate.onnx.proto.TypeProto;
import dev.tailgate.onnx.proto.ValueInfoProto;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A model of one {@code Identity} from {@code x} to {@code y}, to which tests add what they test.
 */
public final class IdentityModel {
  private IdentityModel() {}

  /** The model, with {@code x} of float32 and any shape. */
  public static OnnxModel of(long opset) {
    GraphProto graph =
        GraphProto.newBuilder()
            .setName("identity")
            .addInput(value("x"))
            .addOutput(value("y"))
            .addNode(NodeProto.newBuilder().setOpType("Identity").addInput("x").addOutput("y"))
            .build();
    ModelProto model =
        ModelProto.newBuilder()
            .setIrVersion(opset >= 21 ? 10 : 8)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(opset))
            .setGraph(graph)
            .build();
    try {
      Path file = Files.createTempFile("identity", ".onnx");
      file.toFile().deleteOnExit();
      Files.write(file, model.toByteArray());
      return OnnxModel.load(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ValueInfoProto value(String name) {
    TypeProto.Tensor type = TypeProto.Tensor.newBuilder().setElemType(1).build();
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(type))
        .build();
  }

  /** An output of unknown type and shape. */
  public static ValueInfo output(String name) {
    return new ValueInfo(name, ElementType.UNDEFINED, Optional.empty());
  }

  /** Feeds {@code x} and returns {@code output}. */
  public static Tensor run(
      OnnxModel model, Tensor x, String output, RunnerOptions.Optimization level) {
    try (ModelRunner runner = ModelRunner.open(model, ReferenceModel.CPU.with(level))) {
      return runner.run(Map.of("x", x), Set.of(output)).get(output);
    }
  }
}
