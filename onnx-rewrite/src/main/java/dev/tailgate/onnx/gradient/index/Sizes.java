package dev.tailgate.onnx.gradient.index;

import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.ir.Dim;
import java.util.List;
import java.util.Optional;

/**
 * Sizes of an input around an axis, int64 [1]: constants where they are known, else computed. An
 * axis may count from the end, whether the rank is known or not.
 */
final class Sizes {
  private Sizes() {}

  /** The size along an axis. */
  static Value at(Adjoint node, int input, long axis) {
    long known = node.size(input, axis);
    return known >= 0
        ? node.graph().longs(known)
        : node.in(input).shape().gather(0, node.graph().longs(axis));
  }

  /** The product of the sizes before an axis. */
  static Value before(Adjoint node, int input, long axis) {
    return product(node, input, 0, axis);
  }

  /** The product of the sizes behind an axis. */
  static Value behind(Adjoint node, int input, long axis) {
    // Behind the last axis is nothing, and axis 0 is no longer counted from the end.
    return axis == -1 ? node.graph().longs(1) : product(node, input, axis + 1, Long.MAX_VALUE);
  }

  private static Value product(Adjoint node, int input, long start, long end) {
    GraphBuilder graph = node.graph();
    Optional<List<Dim>> dims = node.dims(input);
    if (dims.isPresent()) {
      int rank = dims.get().size();
      int from = Math.toIntExact(start < 0 ? start + rank : start);
      int to = Math.toIntExact(Math.min(rank, end < 0 ? end + rank : end));
      long product = 1;
      boolean isKnown = true;
      for (Dim dim : dims.get().subList(from, to)) {
        isKnown &= dim.sizeOrMinusOne() >= 0;
        product = isKnown ? Math.multiplyExact(product, dim.sizeOrMinusOne()) : product;
      }
      if (isKnown) {
        return graph.longs(product);
      }
    }
    var shape = graph.node("Shape", node.in(input)).with("start", start);
    Value sizes = (end == Long.MAX_VALUE ? shape : shape.with("end", end)).value();
    return graph.node("ReduceProd", sizes, graph.longs(0)).with("keepdims", 1).value();
  }
}
