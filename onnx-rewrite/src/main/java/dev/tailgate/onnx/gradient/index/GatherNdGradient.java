package dev.tailgate.onnx.gradient.index;

import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;
import dev.tailgate.onnx.ir.ElementType;
import java.util.OptionalInt;

/**
 * {@code y} has the slices of {@code x} that tuples of ids name, over its first axes. With these
 * axes as one, a tuple is one number and the slices are rows: a row of {@code dx} is the sum of
 * those of {@code dy} whose number names it. {@code ScatterElements} adds them in the order of the
 * tuples, so the bits are the same in every run. A negative id counts from the end of its axis.
 *
 * <p>With {@code batch_dims} {@code b} the first {@code b} axes are not named but gone through; the
 * number of a tuple then is that of its place in them, too.
 */
public final class GatherNdGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    GraphBuilder graph = node.graph();
    long batch = node.node().intAttribute("batch_dims", 0);
    long width = width(node, batch);
    Value sizes = graph.node("Shape", node.in(0)).with("end", batch + width).value();
    Value named =
        graph.node("Shape", node.in(0)).with("start", batch).with("end", batch + width).value();
    Value ids =
        node.in(1).type() == ElementType.INT64 ? node.in(1) : node.in(1).cast(ElementType.INT64);
    Value zero = graph.scalar(ElementType.INT64, 0);
    Value counted = ids.op("Less", zero).where(ids.plus(named), ids).of(ElementType.INT64);
    Value number = counted.times(strides(node, named, width));
    Value numbers = graph.node("ReduceSum", number, graph.longs(-1)).with("keepdims", 0).value();
    if (batch > 0) {
      numbers = numbers.plus(places(node, numbers, named, batch));
    }
    Value count = graph.node("ReduceProd", sizes).with("keepdims", 1).value();
    Value rest =
        graph
            .node(
                "ReduceProd", graph.node("Shape", node.in(0)).with("start", batch + width).value())
            .with("keepdims", 1)
            .value();
    Value rows = node.upstream().op("Reshape", graph.concat(0, graph.longs(-1), rest));
    Value sum =
        graph
            .node(
                "ScatterElements",
                node.zeros(graph.concat(0, count, rest), rows.type()),
                numbers.reshape(-1, 1).expand(rows.shape()),
                rows)
            .with("axis", 0)
            .with("reduction", "add")
            .value();
    node.give(0, node.shapedAs(sum, "", 0));
  }

  /** How many ids a tuple has: the axes of {@code x} that {@code y} lacks tell, too. */
  private static long width(Adjoint node, long batch) {
    OptionalInt result = node.shapes().rank(node.node().output(0));
    long width = node.size(1, -1);
    if (width < 0 && node.rank(0).isPresent() && node.rank(1).isPresent() && result.isPresent()) {
      int given = node.rank(0).getAsInt() + node.rank(1).getAsInt() - 1;
      return given - batch - result.getAsInt();
    }
    if (width < 0) {
      throw node.refusal("neither ranks nor the number of ids in a tuple are known");
    }
    return width;
  }

  /** How far apart in number are neighbours along each named axis: the product of those behind. */
  private static Value strides(Adjoint node, Value named, long width) {
    GraphBuilder graph = node.graph();
    Value[] strides = new Value[Math.toIntExact(width)];
    for (int i = 0; i < strides.length; i++) {
      strides[i] =
          graph
              .node("ReduceProd", named.slice(0, i + 1, width), graph.longs(0))
              .with("keepdims", 1)
              .value();
    }
    return graph.concat(0, strides);
  }

  /** The number of the first element of each place in the batch, in the rank of the numbers. */
  private static Value places(Adjoint node, Value numbers, Value named, long batch) {
    GraphBuilder graph = node.graph();
    Value sizes = graph.node("Shape", node.in(0)).with("end", batch).value();
    Value count = sizes.op("ReduceProd").of(ElementType.INT64).reshape();
    Value zero = graph.scalar(ElementType.INT64, 0);
    Value one = graph.scalar(ElementType.INT64, 1);
    Value each = graph.node("ReduceProd", named).with("keepdims", 1).value();
    Value starts = zero.op("Range", count, one).of(ElementType.INT64).times(each);
    Value rank = numbers.shape().shape();
    Value ones = graph.longs(1).expand(rank.minus(graph.longs(batch)));
    return starts.op("Reshape", graph.concat(0, sizes, ones));
  }
}
