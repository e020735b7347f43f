package dev.tailgate.onnx.kit;

import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Operator;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.OnnxModel;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.UnaryOperator;

/**
 * A graph of opset 17 written line by line, for tests that speak of values by their names: a node
 * is named like what it makes.
 */
public final class NamedGraph {
  private final GraphBuilder graph = Models.opset(17);
  private final Weights weights = Weights.normal(graph, new Random(3), 1);
  private final Map<String, Value> values = new HashMap<>();

  /** A float32 input; negative sizes are open. */
  public NamedGraph input(String name, long... dims) {
    return add(Models.floats(graph, name, dims));
  }

  /** An int64 input; negative sizes are open. */
  public NamedGraph ids(String name, long... dims) {
    return add(Models.ids(graph, name, dims));
  }

  /** A constant of standard normal numbers. */
  public NamedGraph weight(String name, long... dims) {
    return add(weights.of(name, dims));
  }

  /** A node without attributes. */
  public NamedGraph node(String op, String output, String... inputs) {
    return node(op, output, node -> node, inputs);
  }

  /** A node with what {@code attributes} adds to it. */
  public NamedGraph node(
      String op, String output, UnaryOperator<Operator> attributes, String... inputs) {
    Value[] read = Arrays.stream(inputs).map(this::value).toArray(Value[]::new);
    return add(attributes.apply(graph.node(op, read)).named(List.of(output)).get(0));
  }

  private Value value(String name) {
    return Objects.requireNonNull(values.get(name), name);
  }

  private NamedGraph add(Value value) {
    values.put(value.name(), value);
    return this;
  }

  /** The model of these outputs. */
  public OnnxModel outputs(String... names) {
    return Models.of(graph, Arrays.stream(names).map(this::value).toArray(Value[]::new));
  }
}
