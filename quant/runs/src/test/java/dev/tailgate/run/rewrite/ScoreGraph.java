package dev.tailgate.run.rewrite;

import dev.tailgate.data.Batch;
import dev.tailgate.data.DataSource;
import dev.tailgate.data.Task;
import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.proto.AttributeProto;
import dev.tailgate.onnx.proto.GraphProto;
import dev.tailgate.onnx.proto.ModelProto;
import dev.tailgate.onnx.proto.NodeProto;
import dev.tailgate.onnx.proto.OperatorSetIdProto;
import dev.tailgate.onnx.proto.TensorShapeProto;
import dev.tailgate.onnx.proto.TypeProto;
import dev.tailgate.onnx.proto.ValueInfoProto;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * One attention by itself: {@code softmax(q k + mask) v}, with queries, keys (turned already) and
 * values as inputs.
 */
public final class ScoreGraph {
  private ScoreGraph() {}

  /** Writes the model; all inputs have {@code rank} dimensions and this element type. */
  public static OnnxModel model(Path folder, ElementType type, int rank, long opset) {
    GraphProto.Builder graph = GraphProto.newBuilder().setName("attention");
    for (String input : List.of("q", "k", "v", "bias")) {
      graph.addInput(value(input, type, rank));
    }
    graph.addOutput(value("context", type, rank));
    graph.addNode(node("MatMul", "scores", "q", "k"));
    graph.addNode(node("Add", "masked", "scores", "bias"));
    graph.addNode(
        node("Softmax", "probs", "masked").toBuilder()
            .addAttribute(
                AttributeProto.newBuilder()
                    .setName("axis")
                    .setType(AttributeProto.AttributeType.INT)
                    .setI(rank - 1)));
    graph.addNode(node("MatMul", "context", "probs", "v"));
    ModelProto model =
        ModelProto.newBuilder()
            .setIrVersion(8)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(opset))
            .setGraph(graph)
            .build();
    try {
      Path file = Files.createTempFile(folder, "attention", ".onnx");
      Files.write(file, model.toByteArray());
      return OnnxModel.load(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static NodeProto node(String op, String output, String... inputs) {
    return NodeProto.newBuilder()
        .setOpType(op)
        .setName("/" + op + "/" + output)
        .addAllInput(List.of(inputs))
        .addOutput(output)
        .build();
  }

  private static ValueInfoProto value(String name, ElementType type, int rank) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    IntStream.range(0, rank)
        .forEach(
            axis ->
                shape.addDim(
                    TensorShapeProto.Dimension.newBuilder().setDimParam(name + "_" + axis)));
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder().setElemType(type.code()).setShape(shape)))
        .build();
  }

  /** Values drawn from N(0, scale). */
  public static Tensor random(Random random, ElementType type, double scale, long... shape) {
    Tensor tensor = Tensor.allocate(type, shape);
    Elements.Writer writer = Elements.writer(tensor);
    for (int i = 0; i < tensor.elementCount(); i++) {
      writer.put(i, scale * random.nextGaussian());
    }
    return tensor;
  }

  /** Inputs of one batch, the bias given. */
  public static Map<String, Tensor> inputs(
      Random random, ElementType type, long[] leading, long tokens, Tensor bias) {
    long width = 8;
    return Map.of(
        "q", random(random, type, 1, shape(leading, tokens, width)),
        "k", random(random, type, 1, shape(leading, width, tokens)),
        "v", random(random, type, 1, shape(leading, tokens, width)),
        "bias", bias);
  }

  private static long[] shape(long[] leading, long... last) {
    return java.util.stream.LongStream.concat(
            java.util.Arrays.stream(leading), java.util.Arrays.stream(last))
        .toArray();
  }

  /** Data that was made by the test. */
  public record Given(List<Batch> all) implements DataSource {
    @Override
    public Iterator<Batch> batches() {
      return all.iterator();
    }

    @Override
    public long samples() {
      return all.stream().mapToLong(Batch::samples).sum();
    }

    @Override
    public String description() {
      return "given";
    }

    @Override
    public boolean synthetic() {
      return false;
    }

    @Override
    public boolean hasPadding() {
      return all.stream().anyMatch(batch -> batch.mask().isPresent());
    }

    @Override
    public Task task() {
      return Task.AGREEMENT;
    }
  }

  /** One batch without labels. */
  public static Given given(int samples, Map<String, Tensor> inputs, Optional<Tensor> mask) {
    return new Given(List.of(new Batch(0, samples, inputs, Optional.empty(), mask)));
  }
}
