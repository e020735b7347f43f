package dev.tailgate.onnx.build;

import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.NodeDraft;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A node on its way into a {@link GraphBuilder}: it is given attributes, then asked for what it
 * makes, by which it is added.
 */
public final class Operator {
  private final GraphBuilder graph;
  private final NodeDraft draft;
  private final String op;
  private final Map<String, ElementType> inputs = new HashMap<>();
  private final Set<String> attributes = new HashSet<>();

  Operator(GraphBuilder graph, NodeDraft draft, String op, List<Value> inputs) {
    this.graph = graph;
    this.draft = draft;
    this.op = op;
    inputs.forEach(input -> this.inputs.put(input.id(), input.type()));
  }

  /** Takes the operator from a domain other than the standard one. */
  public Operator from(String domain) {
    draft.domain(domain);
    return this;
  }

  /** Sets an integer attribute. */
  public Operator with(String name, long value) {
    once(name).attribute(name, value);
    return this;
  }

  /** Sets a float attribute. */
  public Operator with(String name, float value) {
    once(name).attribute(name, value);
    return this;
  }

  /** Sets a text attribute. */
  public Operator with(String name, String value) {
    once(name).attribute(name, value);
    return this;
  }

  /** Sets an attribute of integers. */
  public Operator with(String name, long[] values) {
    once(name).attribute(name, Arrays.stream(values).boxed().toList());
    return this;
  }

  /** Sets an attribute of floats. */
  public Operator with(String name, float[] values) {
    once(name).attribute(name, values);
    return this;
  }

  /** Sets an attribute of texts. */
  public Operator with(String name, String[] values) {
    once(name).attribute(name, values);
    return this;
  }

  /** Sets a tensor attribute. */
  public Operator with(String name, ConstantTensor value) {
    once(name).attribute(name, value);
    return this;
  }

  /** Sets an attribute that is an element type, such as {@code to} of {@code Cast}. */
  public Operator with(String name, ElementType type) {
    return with(name, type.code());
  }

  /** Sets a graph attribute. */
  public Operator with(String name, Body body) {
    once(name).attribute(name, body.edit());
    return this;
  }

  private NodeDraft once(String name) {
    if (!attributes.add(name)) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "Building %s: the attribute %s is given twice", op, name));
    }
    return draft;
  }

  /** Adds the node; its one output. */
  public Value value() {
    return values(1).get(0);
  }

  /** Adds the node; its first {@code count} outputs. */
  public List<Value> values(int count) {
    return made(draft.outputs(count).addAll());
  }

  /** Adds the node; its outputs under these names, {@code ""} for one that is left out. */
  public List<Value> named(List<String> names) {
    List<String> ids = names.stream().map(name -> name.isEmpty() ? "" : graph.free(name)).toList();
    return made(draft.addAs(ids));
  }

  private List<Value> made(List<String> ids) {
    List<Value> values = new ArrayList<>();
    for (String id : ids) {
      ElementType type =
          draft.typeOf(values.size(), input -> inputs.getOrDefault(input, ElementType.UNDEFINED));
      values.add(graph.made(id, type));
    }
    return List.copyOf(values);
  }
}
