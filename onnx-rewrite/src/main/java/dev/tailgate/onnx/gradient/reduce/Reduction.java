package dev.tailgate.onnx.gradient.reduce;

import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.ir.Dim;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The axes that a reduction goes over. They are its second input; without one it reduces all, or
 * nothing where {@code noop_with_empty_axes} says so.
 */
final class Reduction {
  private static final int MOST_AXES = 64;

  private final Adjoint node;
  private final Optional<long[]> axes;
  private final boolean isWhole;

  private Reduction(Adjoint node) {
    this.node = node;
    Optional<long[]> given = node.constant(1).map(constant -> constant.toLongs(MOST_AXES));
    boolean isEmpty = !node.has(1) || given.filter(list -> list.length == 0).isPresent();
    this.isWhole = isEmpty && node.node().intAttribute("noop_with_empty_axes", 0) == 0;
    this.axes = isEmpty ? Optional.of(new long[0]) : given;
  }

  static Reduction of(Adjoint node) {
    return new Reduction(node);
  }

  /** Whether the operator gives its input back. */
  boolean isNothing() {
    return !isWhole && axes.filter(list -> list.length == 0).isPresent();
  }

  /** A value of the output's shape in a shape that broadcasts against the input. */
  Value kept(Value reduced) {
    boolean isKept = node.node().intAttribute("keepdims", 1) != 0;
    return isKept || isWhole || isNothing() ? reduced : reduced.op("Unsqueeze", node.in(1));
  }

  /** A value of the output's shape, repeated to the shape of the input. */
  Value spread(Value reduced) {
    return isNothing() ? reduced : node.expanded(kept(reduced), 0);
  }

  /** The sum of a value of the input's shape over these axes, which stay with size 1. */
  Value sum(Value value) {
    return again("ReduceSum", value);
  }

  /** The product of a value of the input's shape over these axes, which stay with size 1. */
  Value product(Value value) {
    return again("ReduceProd", value);
  }

  private Value again(String op, Value value) {
    if (isNothing()) {
      return value;
    }
    Value[] inputs = node.has(1) ? new Value[] {value, node.in(1)} : new Value[] {value};
    return node.graph()
        .node(op, inputs)
        .with("keepdims", 1)
        .with("noop_with_empty_axes", isWhole ? 0 : 1)
        .value();
  }

  /** A value divided by the number of elements that one element of the output stands for. */
  Value overCount(Value value) {
    if (isNothing()) {
      return value;
    }
    OptionalLong known = node.dims(0).map(this::count).orElse(OptionalLong.empty());
    if (known.isPresent()) {
      return value.times(1.0 / known.getAsLong());
    }
    Value count = node.in(0).op("Size").op("Div", value.op("Size"));
    return value.over(count.cast(value.type()));
  }

  private OptionalLong count(List<Dim> dims) {
    if (!isWhole && axes.isEmpty()) {
      return OptionalLong.empty();
    }
    long[] reduced =
        isWhole ? Arrays.stream(new long[dims.size()]).toArray() : axes.orElseThrow().clone();
    for (int i = 0; isWhole && i < reduced.length; i++) {
      reduced[i] = i;
    }
    long count = 1;
    for (long axis : reduced) {
      long size = dims.get((int) (axis < 0 ? axis + dims.size() : axis)).sizeOrMinusOne();
      if (size <= 0) {
        return OptionalLong.empty();
      }
      count = Math.multiplyExact(count, size);
    }
    return OptionalLong.of(count);
  }
}
