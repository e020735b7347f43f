package dev.tailgate.onnx.gradient.adjoint;

import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.ElementType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The adjoint of broadcasting. Repeating an element {@code n} times makes {@code n} copies whose
 * gradients add up, so a gradient is summed over the axes that were put in front or stretched from
 * size 1. Where shapes are known those axes are constants, else they are computed in the graph.
 */
final class BroadcastSum {
  private BroadcastSum() {}

  static Value of(Adjoint node, Value gradient, String like, String target) {
    Optional<List<Dim>> from = like.isEmpty() ? Optional.empty() : node.shapes().of(like);
    Optional<List<Dim>> to = node.shapes().of(target);
    if (!like.isEmpty() && node.shapes().areEqual(like, target)) {
      return gradient;
    }
    if (from.isPresent() && to.isPresent()) {
      Optional<long[]> axes = axes(from.get(), to.get());
      if (axes.isPresent()) {
        int front = from.get().size() - to.get().size();
        return isOfRows(gradient, axes.get(), front, to.get())
            ? ofRows(node.graph(), gradient, from.get().subList(0, front), to.get())
            : known(node.graph(), gradient, axes.get(), front);
      }
    }
    return computed(node.graph(), gradient, node.graph().value(target));
  }

  /** The axes of {@code from} that are summed; empty where a run decides. */
  private static Optional<long[]> axes(List<Dim> from, List<Dim> to) {
    int front = from.size() - to.size();
    List<Long> axes = new ArrayList<>();
    for (int i = 0; i < from.size(); i++) {
      Dim dim = from.get(i);
      Dim target = i < front ? Dim.of(1) : to.get(i - front);
      boolean isOne = target.equals(Dim.of(1));
      if (i < front || (isOne && !dim.equals(Dim.of(1)))) {
        axes.add((long) i);
      } else if (!isOne && !isSame(dim, target) && target.sizeOrMinusOne() < 0) {
        return Optional.empty();
      }
    }
    return Optional.of(axes.stream().mapToLong(Long::longValue).toArray());
  }

  private static boolean isSame(Dim dim, Dim target) {
    return dim.equals(target) && !(dim instanceof Dim.Unknown);
  }

  /** Whether what is summed is a matrix of rows, each in the shape of the target. */
  private static boolean isOfRows(Value gradient, long[] axes, int front, List<Dim> to) {
    boolean hasProduct =
        gradient.type() == ElementType.FLOAT || gradient.type() == ElementType.DOUBLE;
    return hasProduct
        && front > 0
        && axes.length == front
        && !to.isEmpty()
        && to.stream().allMatch(dim -> dim.sizeOrMinusOne() > 0);
  }

  /**
   * The sum of all rows, as of the gradient of a bias. A row of ones times the matrix takes half to
   * three quarters of the time of {@code ReduceSum} in ONNX Runtime's kernels.
   */
  private static Value ofRows(GraphBuilder graph, Value gradient, List<Dim> front, List<Dim> to) {
    long[] shape = to.stream().mapToLong(Dim::sizeOrMinusOne).toArray();
    Value rows = gradient.reshape(-1, Arrays.stream(shape).reduce(1, Math::multiplyExact));
    boolean isCounted = front.stream().allMatch(dim -> dim.sizeOrMinusOne() >= 0);
    Value count =
        isCounted
            ? graph.longs(
                1, front.stream().mapToLong(Dim::sizeOrMinusOne).reduce(1, Math::multiplyExact))
            : graph.concat(0, graph.longs(1), graph.node("Shape", rows).with("end", 1).value());
    Value sum = graph.scalar(gradient.type(), 1).expand(count).matMul(rows);
    return sum.reshape(shape);
  }

  private static Value known(GraphBuilder graph, Value gradient, long[] axes, int front) {
    if (axes.length == 0) {
      return gradient;
    }
    if (axes.length == front) {
      return graph.node("ReduceSum", gradient, graph.longs(axes)).with("keepdims", 0).value();
    }
    Value summed = gradient.sum(axes);
    long[] leading = new long[front];
    for (int i = 0; i < front; i++) {
      leading[i] = i;
    }
    return front == 0 ? summed : summed.squeeze(leading);
  }

  private static Value computed(GraphBuilder graph, Value gradient, Value target) {
    Value shape = target.shape();
    Value whole = gradient.shape();
    Value missing = whole.shape().minus(shape.shape());
    Value ones = graph.scalar(ElementType.INT64, 1).expand(missing);
    Value padded = graph.concat(0, ones, shape);
    Value repeated = graph.node("Not", padded.op("Equal", whole)).value().of(ElementType.BOOL);
    Value axes = repeated.op("NonZero").of(ElementType.INT64).reshape(-1);
    Value summed =
        graph
            .node("ReduceSum", gradient, axes)
            .with("keepdims", 1)
            .with("noop_with_empty_axes", 1)
            .value();
    return graph.node("Reshape", summed, shape).with("allowzero", 1).value();
  }
}
