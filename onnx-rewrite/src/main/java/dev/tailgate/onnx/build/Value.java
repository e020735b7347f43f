package dev.tailgate.onnx.build;

import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.GraphEdit;
import dev.tailgate.onnx.ir.ValueInfo;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A value of a graph being built. Methods add the operator of their name to the graph that is being
 * built at that time and return what it makes; numbers become constants of this value's type.
 */
public final class Value {
  private final GraphBuilder graph;
  private final GraphEdit home;
  private final String id;
  private final ElementType type;

  Value(GraphBuilder graph, GraphEdit home, String id, ElementType type) {
    this.graph = graph;
    this.home = home;
    this.id = id;
    this.type = type;
  }

  /** The name within the edit, which {@link #as} does not change. */
  String id() {
    return id;
  }

  /** The name in the model. */
  public String name() {
    return home.nameOf(id);
  }

  /** The element type; undefined where the operator that makes the value does not tell. */
  public ElementType type() {
    return type;
  }

  /** The same value with the type that only the caller knows. */
  public Value of(ElementType known) {
    return new Value(graph, home, id, known);
  }

  /** Names the value in the model; only what a node makes can be named. */
  public Value as(String name) {
    home.rename(id, name);
    return this;
  }

  void requireOf(GraphBuilder other, String op) {
    if (graph != other) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "Building %s: %s is a value of another graph", op, name()));
    }
  }

  /** What a body is given for this value, or for one element of it. */
  ValueInfo element(String hint) {
    return new ValueInfo(hint, type, Optional.<List<Dim>>empty());
  }

  /** One node of any operator without attributes, whose first input this is. */
  public Value op(String op, Value... others) {
    Value[] inputs = new Value[others.length + 1];
    inputs[0] = this;
    System.arraycopy(others, 0, inputs, 1, others.length);
    return graph.node(op, inputs).value();
  }

  private Value same(String op, Value other) {
    boolean areKnown = type != ElementType.UNDEFINED && other.type != ElementType.UNDEFINED;
    if (areKnown && type != other.type) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Building %s: %s is %s and %s is %s",
              op,
              name(),
              type.label(),
              other.name(),
              other.type.label()));
    }
    return op(op, other);
  }

  private Value number(double value) {
    if (type == ElementType.UNDEFINED) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "The type of %s is not known, so %s has none: say it with of()",
              name(),
              value));
    }
    return graph.scalar(type, value);
  }

  /** The sum. */
  public Value plus(Value other) {
    return same("Add", other);
  }

  /** The sum. */
  public Value plus(double other) {
    return plus(number(other));
  }

  /** The difference. */
  public Value minus(Value other) {
    return same("Sub", other);
  }

  /** The difference. */
  public Value minus(double other) {
    return minus(number(other));
  }

  /** The product, element by element. */
  public Value times(Value other) {
    return same("Mul", other);
  }

  /** The product. */
  public Value times(double other) {
    return times(number(other));
  }

  /** The quotient. */
  public Value over(Value other) {
    return same("Div", other);
  }

  /** The quotient. */
  public Value over(double other) {
    return over(number(other));
  }

  /** The power. */
  public Value pow(double exponent) {
    return op("Pow", number(exponent));
  }

  /** The product of matrices. */
  public Value matMul(Value other) {
    return same("MatMul", other);
  }

  /** {@code -x}. */
  public Value negative() {
    return op("Neg");
  }

  /** The root. */
  public Value sqrt() {
    return op("Sqrt");
  }

  /** {@code e^x}. */
  public Value exp() {
    return op("Exp");
  }

  /** The natural logarithm. */
  public Value log() {
    return op("Log");
  }

  /** {@code max(x, 0)}. */
  public Value relu() {
    return op("Relu");
  }

  /** {@code 1 / (1 + e^-x)}. */
  public Value sigmoid() {
    return op("Sigmoid");
  }

  /** The hyperbolic tangent. */
  public Value tanh() {
    return op("Tanh");
  }

  /** The error function. */
  public Value erf() {
    return op("Erf");
  }

  /** Softmax along an axis; before opset 13 over all axes from {@code axis} on, as one. */
  public Value softmax(long axis) {
    return graph.node("Softmax", this).with("axis", axis).value();
  }

  /** Each element held in {@code [low, high]}. */
  public Value clip(double low, double high) {
    return graph.made(graph.ops().clip(id, type, low, high).add(), type);
  }

  /** The sum over some axes, which stay with size 1. */
  public Value sum(long... axes) {
    return reduced("ReduceSum", axes);
  }

  /** The mean over some axes, which stay with size 1. */
  public Value mean(long... axes) {
    return reduced("ReduceMean", axes);
  }

  /** The maximum over some axes, which stay with size 1. */
  public Value max(long... axes) {
    return reduced("ReduceMax", axes);
  }

  private Value reduced(String op, long... axes) {
    return graph.made(graph.ops().reduce(op, id, axes), type);
  }

  /** The elements in another shape, where 0 keeps a dimension and -1 takes the rest. */
  public Value reshape(long... shape) {
    return op("Reshape", graph.longs(shape));
  }

  /** The axes in another order. */
  public Value transpose(long... perm) {
    return graph.node("Transpose", this).with("perm", perm).value();
  }

  /** With axes of size 1 put in. */
  public Value unsqueeze(long... axes) {
    return graph.made(graph.ops().unsqueeze(id, axes), type);
  }

  /** Without some axes of size 1. */
  public Value squeeze(long... axes) {
    return graph.made(graph.ops().squeeze(id, axes), type);
  }

  /** The elements from {@code start} to before {@code end} along an axis. */
  public Value slice(long axis, long start, long end) {
    return graph.made(graph.ops().slice(id, start, end, axis).add(), type);
  }

  /** The slices of this along an axis that {@code indices} name. */
  public Value gather(long axis, Value indices) {
    return graph.node("Gather", this, indices).with("axis", axis).value();
  }

  /** In another element type. */
  public Value cast(ElementType to) {
    return graph.node("Cast", this).with("to", to).value();
  }

  /** The dimensions, int64 {@code [rank]}. */
  public Value shape() {
    return op("Shape");
  }

  /** The size along an axis that counts from 0, int64 {@code [1]}. */
  public Value extent(int axis) {
    return graph.made(Extents.of(graph.ops(), id, axis), ElementType.INT64);
  }

  /** Repeated to a shape. */
  public Value expand(Value shape) {
    return op("Expand", shape);
  }

  /** Where this is true the one, else the other. */
  public Value where(Value then, Value otherwise) {
    return op("Where", then, otherwise);
  }

  @Override
  public String toString() {
    return name() + ":" + type.label();
  }
}
