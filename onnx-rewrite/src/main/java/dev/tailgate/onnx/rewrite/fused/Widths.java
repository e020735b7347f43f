package dev.tailgate.onnx.rewrite.fused;

import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.List;
import java.util.Optional;

/** Sizes of dimensions as far as the graph states them. */
public final class Widths {
  private static final int DEPTH = 4;

  private Widths() {}

  /** The size of {@code axis}, negative from the end; -1 where the graph does not state it. */
  static long of(OnnxGraph graph, String value, int axis) {
    var constant = graph.constant(value);
    if (constant.isPresent()) {
      List<Long> dims = constant.get().dims();
      return axis < dims.size() && -axis <= dims.size()
          ? dims.get(Math.floorMod(axis, dims.size()))
          : -1;
    }
    return declared(graph, value, axis).map(Dim::sizeOrMinusOne).orElse(-1L);
  }

  /** The size of the last dimension, through products with known weights too. */
  public static long last(OnnxGraph graph, String value) {
    return last(graph, value, DEPTH);
  }

  private static long last(OnnxGraph graph, String value, int depth) {
    long width = of(graph, value, -1);
    Optional<OnnxNode> node = graph.producer(value);
    if (width >= 0 || node.isEmpty() || depth == 0) {
      return width;
    }
    if (node.get().is("MatMul")) {
      return of(graph, node.get().input(1), -1);
    }
    return node.get().is("Add")
        ? Math.max(last(graph, node.get().input(0), depth - 1), of(graph, node.get().input(1), -1))
        : -1;
  }

  /** Whether both dimensions are stated and the same in every run. */
  static boolean same(OnnxGraph graph, String a, int axisOfA, String b, int axisOfB) {
    Optional<Dim> first = declared(graph, a, axisOfA).filter(d -> !(d instanceof Dim.Unknown));
    return first.isPresent() && first.equals(declared(graph, b, axisOfB));
  }

  private static Optional<Dim> declared(OnnxGraph graph, String value, int axis) {
    return graph
        .info(value)
        .flatMap(info -> info.shape())
        .filter(dims -> axis < dims.size() && -axis <= dims.size())
        .map(dims -> dims.get(Math.floorMod(axis, dims.size())));
  }
}
