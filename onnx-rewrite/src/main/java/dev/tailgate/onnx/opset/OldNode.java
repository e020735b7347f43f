package dev.tailgate.onnx.opset;

import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.gradient.adjoint.KnownShapes;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.ElementTypes;
import dev.tailgate.onnx.ir.ModelException;
import dev.tailgate.onnx.ir.NodeDraft;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** One node of the older opset seen by its {@link OpsetRule}. */
record OldNode(
    OnnxNode node, OnnxGraph graph, Ops ops, ElementTypes types, KnownShapes shapes, int opset) {
  /** Whether input {@code i} is given. */
  boolean has(int i) {
    return node.hasInput(i);
  }

  /** The name of input {@code i}. */
  String in(int i) {
    return node.input(i);
  }

  /** The number of dimensions of input {@code i}, where known. */
  OptionalInt rank(int i) {
    return shapes.rank(node.input(i));
  }

  /** The constant that input {@code i} is, where it is one. */
  Optional<ConstantTensor> constant(int i) {
    return graph.constant(node.input(i));
  }

  /** Whether output {@code i} is read by a node or given by the model. */
  boolean isUsed(int i) {
    String output = node.output(i);
    return !output.isEmpty() && (graph.isOutput(output) || !graph.uses(output).isEmpty());
  }

  /** An attribute of integers as a constant. */
  Optional<String> longs(String attribute) {
    return node.intsAttribute(attribute)
        .map(values -> ops.longs(values.stream().mapToLong(Long::longValue).toArray()));
  }

  /** A number as a scalar of the type of the first input. */
  String scalar(float value) {
    ElementType type = types.of(node.input(0));
    return type == ElementType.UNDEFINED
        ? step("CastLike", ops.scalar(value), node.input(0)).add()
        : ops.scalar(type, value);
  }

  /** Starts a node that leads to the new form. */
  NodeDraft step(String op, String... inputs) {
    return ops.edit().node(op, Ops.PREFIX + op).in(inputs);
  }

  /** Starts the node that takes the place of this one; {@link #end} ends it. */
  NodeDraft instead(String op, String... inputs) {
    ops.edit().remove(node);
    return ops.edit().node(op, Ops.PREFIX + op).in(inputs);
  }

  /** Adds {@code draft}, which makes all that this node made. */
  void end(NodeDraft draft) {
    end(draft, node.outputs());
  }

  /** Adds {@code draft}, which makes some of what this node made. */
  void end(NodeDraft draft, List<String> outputs) {
    draft.addAs(outputs);
  }

  /** A refusal that names this node. */
  ModelException refusal(String expected, String found) {
    return ModelException.doing("raising the opset from " + opset + " to " + RaiseOpset.OPSET)
        .expected(expected)
        .found(node.opType() + " with " + found)
        .where("node " + node.id())
        .fix("Export the model with opset " + RaiseOpset.OPSET + ".");
  }
}
