package dev.tailgate.run.bench;

import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.proto.AttributeProto;
import dev.tailgate.onnx.proto.FunctionProto;
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
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Writes the core of one attention, operator by operator, in opset 17. */
final class FormGraph {
  private static final long OPSET = 17;
  private static final String LOCAL = "local";

  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("form");
  private final ModelProto.Builder model =
      ModelProto.newBuilder()
          .setIrVersion(8)
          .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPSET));
  private int count;

  /** An input of floats; all its sizes are symbolic. */
  String input(String name, int rank) {
    graph.addInput(value(name, rank));
    return name;
  }

  String scalar(double value) {
    String name = "scalar" + count++;
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(ElementType.FLOAT.code())
            .addFloatData((float) value));
    return name;
  }

  String longs(long... values) {
    String name = "longs" + count++;
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(ElementType.INT64.code())
            .addDims(values.length)
            .addAllInt64Data(Arrays.stream(values).boxed().toList()));
    return name;
  }

  String op(String op, String... inputs) {
    String output = op.toLowerCase(Locale.ROOT) + count++;
    graph.addNode(
        NodeProto.newBuilder()
            .setName("/" + output)
            .setOpType(op)
            .addAllInput(List.of(inputs))
            .addOutput(output));
    return output;
  }

  private void attribute(String name, long value) {
    last()
        .addAttribute(
            AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INT)
                .setI(value));
  }

  private NodeProto.Builder last() {
    return graph.getNodeBuilder(graph.getNodeCount() - 1);
  }

  String softmax(String scores) {
    String probs = op("Softmax", scores);
    attribute("axis", -1);
    return probs;
  }

  String concat(long axis, String... values) {
    String all = op("Concat", values);
    attribute("axis", axis);
    return all;
  }

  /** The maximum over the last axis, kept as one column. */
  String rowMax(String rows) {
    String max = op("ReduceMax", rows);
    last()
        .addAttribute(
            AttributeProto.newBuilder()
                .setName("axes")
                .setType(AttributeProto.AttributeType.INTS)
                .addInts(-1));
    return max;
  }

  /** The sum over the last axis, kept as one column. */
  String rowSum(String rows) {
    return op("ReduceSum", rows, longs(-1));
  }

  /** Zeros behind the last element of one of four axes. */
  String pad(String value, int axis) {
    long[] pads = new long[8];
    pads[4 + axis] = 1;
    return op("Pad", value, longs(pads));
  }

  /** Everything but the last column. */
  String dropLast(String rows) {
    return op("Slice", rows, longs(0), longs(-1), longs(-1));
  }

  /** A column of zeros, {@code [B, H, T, 1]}. */
  String zeroColumn(String rows) {
    String leading = op("Slice", op("Shape", rows), longs(0), longs(-1), longs(0));
    return op("ConstantOfShape", concat(0, leading, longs(1)));
  }

  /** Moves all nodes so far into a function of {@code input}. */
  void function(String input, String result) {
    FunctionProto.Builder function =
        FunctionProto.newBuilder()
            .setName("Softmax1")
            .setDomain(LOCAL)
            .addInput(input)
            .addOutput(result)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPSET));
    // A function has no initialisers.
    for (TensorProto constant : graph.getInitializerList()) {
      function.addNode(
          NodeProto.newBuilder()
              .setOpType("Constant")
              .addOutput(constant.getName())
              .addAttribute(
                  AttributeProto.newBuilder()
                      .setName("value")
                      .setType(AttributeProto.AttributeType.TENSOR)
                      .setT(constant)));
    }
    model.addFunctions(function.addAllNode(graph.getNodeList()));
    model.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain(LOCAL).setVersion(1));
    graph.clearNode().clearInitializer();
  }

  /** Calls the function. */
  String call(String argument) {
    String called = op("Softmax1", argument);
    last().setDomain(LOCAL);
    return called;
  }

  /** Declares the output and loads the model. */
  OnnxModel output(String name) {
    graph.addOutput(value(name, 4));
    try {
      Path file = Files.createTempFile("form", ".onnx");
      file.toFile().deleteOnExit();
      Files.write(file, model.setGraph(graph).build().toByteArray());
      return OnnxModel.load(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ValueInfoProto value(String name, int rank) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (int axis = 0; axis < rank; axis++) {
      shape.addDimBuilder().setDimParam(name + axis);
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(ElementType.FLOAT.code())
                        .setShape(shape)))
        .build();
  }
}
