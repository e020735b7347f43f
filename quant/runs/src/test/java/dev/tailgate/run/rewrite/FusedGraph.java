package dev.tailgate.run.rewrite;

import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Operator;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.ValueInfo;
import dev.tailgate.onnx.kit.Models;
import dev.tailgate.onnx.kit.Weights;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;

/** A model of one fused operator, with the data it is run on. */
final class FusedGraph {
  private final GraphBuilder graph;
  private final String domain;
  private final String op;
  private final List<Value> inputs = new ArrayList<>();
  private final List<UnaryOperator<Operator>> attributes = new ArrayList<>();
  private final Map<String, Tensor> feeds = new LinkedHashMap<>();
  private final Random random;
  private final Weights weights;
  private boolean dynamic;

  private FusedGraph(long opset, String domain, String op, long seed) {
    graph = Models.opset(opset);
    random = new Random(seed);
    weights = Weights.normal(graph, random, 0.3);
    this.domain = domain;
    this.op = op;
  }

  static FusedGraph of(long opset, String domain, String op, long seed) {
    return new FusedGraph(opset, domain, op, seed);
  }

  /** Inputs declared from here on have symbolic numbers of sequences and of positions. */
  FusedGraph dynamic() {
    dynamic = true;
    return this;
  }

  /** An input of standard normal numbers for the operator. */
  FusedGraph floats(String name, long... dims) {
    return given(name, normal(dims));
  }

  /** An input for the operator. */
  FusedGraph given(String name, Tensor tensor) {
    feeds.put(name, tensor);
    inputs.add(graph.input(declared(name, tensor)));
    return this;
  }

  /** A constant of normal numbers for the operator. */
  FusedGraph weights(String name, long... dims) {
    inputs.add(weights.of(name, dims));
    return this;
  }

  /** Leaves optional inputs out. */
  FusedGraph without(int count) {
    inputs.addAll(Collections.nCopies(count, graph.none()));
    return this;
  }

  FusedGraph with(String name, long value) {
    attributes.add(node -> node.with(name, value));
    return this;
  }

  FusedGraph with(String name, float value) {
    attributes.add(node -> node.with(name, value));
    return this;
  }

  FusedGraph with(String name, List<Long> values) {
    long[] all = values.stream().mapToLong(Long::longValue).toArray();
    attributes.add(node -> node.with(name, all));
    return this;
  }

  /** The model; {@code ""} leaves an output out. */
  OnnxModel outputs(String... names) {
    Operator node = graph.node(op, inputs.toArray(Value[]::new)).from(domain);
    for (UnaryOperator<Operator> attribute : attributes) {
      node = attribute.apply(node);
    }
    List<Value> values = node.named(List.of(names));
    values.stream()
        .filter(value -> !value.name().isEmpty())
        .forEach(value -> graph.output(value.name(), value));
    return graph.model();
  }

  Map<String, Tensor> feeds() {
    return feeds;
  }

  /** The numbers of a float input. */
  double[] numbers(String name) {
    float[] floats = feeds.get(name).toFloats();
    double[] numbers = new double[floats.length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = floats[i];
    }
    return numbers;
  }

  private Tensor normal(long... dims) {
    int size = 1;
    for (long dim : dims) {
      size *= (int) dim;
    }
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensor.ofFloats(values, dims);
  }

  static Tensor ints(int[] values, long... dims) {
    Tensor tensor = Tensor.allocate(ElementType.INT32, dims);
    tensor.data().asIntBuffer().put(values);
    return tensor;
  }

  static Tensor flags(boolean[] values, long... dims) {
    Tensor tensor = Tensor.allocate(ElementType.BOOL, dims);
    for (int i = 0; i < values.length; i++) {
      tensor.data().put(i, (byte) (values[i] ? 1 : 0));
    }
    return tensor;
  }

  private ValueInfo declared(String name, Tensor tensor) {
    long[] dims = tensor.shape();
    List<Dim> shape = new ArrayList<>();
    for (int i = 0; i < dims.length; i++) {
      boolean positions = i > 0 && i == dims.length - 2;
      boolean isOpen = dynamic && (i == 0 || positions);
      shape.add(isOpen ? Dim.of(name + i) : Dim.of(dims[i]));
    }
    return new ValueInfo(name, tensor.type(), Optional.of(shape));
  }
}
