package dev.tailgate.onnx.gradient.layout;

import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;
import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.ElementType;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * {@code y} has the elements of {@code x} at positions {@code start + i step} of some axes, so
 * {@code dx} has those of {@code dy} there and zeros elsewhere. With steps of 1 that is one {@code
 * Pad}. With other steps, negative ones too, {@code dy} gets zeros behind its last row, and every
 * position of the axis gathers the row of {@code dy} that belongs to it, or those zeros; the
 * positions are found by the same {@code Slice} of {@code 0 .. n - 1}.
 */
public final class SliceGradient implements GradientRule {
  private static final int STARTS = 1;
  private static final int ENDS = 2;
  private static final int AXES = 3;
  private static final int STEPS = 4;

  @Override
  public void backward(Adjoint node) {
    Optional<long[]> steps = node.has(STEPS) ? node.longs(STEPS) : Optional.of(new long[] {1});
    boolean isDense = steps.filter(s -> Arrays.stream(s).allMatch(step -> step == 1)).isPresent();
    node.give(0, isDense ? padded(node) : gathered(node));
  }

  private static Value padded(Adjoint node) {
    GraphBuilder graph = node.graph();
    Optional<long[]> amounts = amounts(node);
    if (amounts.isPresent()) {
      return node.upstream()
          .op("Pad", graph.longs(amounts.get()), graph.none(), axesOf(node))
          .of(node.upstream().type());
    }
    Value axes = axesOf(node);
    Value size = node.in(0).shape().gather(0, axes);
    Value length = node.upstream().shape().gather(0, axes);
    Value zero = graph.longs(0);
    Value start = int64(node.in(STARTS));
    Value counted = start.op("Less", zero).where(start.plus(size), start).of(ElementType.INT64);
    Value before = counted.op("Max", zero).op("Min", size);
    Value behind = size.minus(before).minus(length);
    return node.upstream()
        .op("Pad", graph.concat(0, before, behind), graph.none(), axes)
        .of(node.upstream().type());
  }

  /** What is put before and behind each axis, where starts and sizes are known. */
  private static Optional<long[]> amounts(Adjoint node) {
    Optional<long[]> starts = node.longs(STARTS);
    Optional<long[]> axes = axes(node);
    Optional<List<Dim>> whole = node.dims(0);
    Optional<List<Dim>> part = node.shapes().of(node.node().output(0));
    if (starts.isEmpty() || axes.isEmpty() || whole.isEmpty() || part.isEmpty()) {
      return Optional.empty();
    }
    int count = axes.get().length;
    long[] amounts = new long[2 * count];
    for (int i = 0; i < count; i++) {
      int axis = Math.floorMod(Math.toIntExact(axes.get()[i]), whole.get().size());
      long size = whole.get().get(axis).sizeOrMinusOne();
      long length = part.get().get(axis).sizeOrMinusOne();
      if (size < 0 || length < 0) {
        return Optional.empty();
      }
      long start = starts.get()[i];
      amounts[i] = Math.min(size, Math.max(0, start < 0 ? start + size : start));
      amounts[count + i] = size - amounts[i] - length;
    }
    return Optional.of(amounts);
  }

  private static Value gathered(Adjoint node) {
    GraphBuilder graph = node.graph();
    long[] axes =
        axes(node).orElseThrow(() -> node.refusal("its axes are computed and its steps are not 1"));
    Value gradient = node.upstream();
    for (int i = 0; i < axes.length; i++) {
      Value size = node.in(0).shape().gather(0, graph.longs(axes[i]));
      Value positions = range(graph, size);
      Value steps = node.has(STEPS) ? at(node, STEPS, i) : graph.longs(1);
      Value taken =
          positions.op("Slice", at(node, STARTS, i), at(node, ENDS, i), graph.longs(0), steps);
      Value length = taken.shape();
      Value rows =
          graph
              .node("ScatterElements", length.expand(size), taken, range(graph, length))
              .with("axis", 0)
              .value();
      Value zeros = graph.longs(0, 1);
      gradient =
          gradient
              .op("Pad", zeros, graph.none(), graph.longs(axes[i]))
              .of(gradient.type())
              .gather(axes[i], rows);
    }
    return gradient;
  }

  private static Value range(GraphBuilder graph, Value size) {
    Value zero = graph.scalar(ElementType.INT64, 0);
    Value one = graph.scalar(ElementType.INT64, 1);
    return zero.op("Range", size.squeeze(0), one).of(ElementType.INT64);
  }

  private static Value at(Adjoint node, int input, int i) {
    return int64(node.in(input)).gather(0, node.graph().longs(i));
  }

  private static Value int64(Value value) {
    return value.type() == ElementType.INT64 ? value : value.cast(ElementType.INT64);
  }

  /** The axes that are cut: the first ones where the node does not say. */
  private static Optional<long[]> axes(Adjoint node) {
    if (node.has(AXES)) {
      return node.longs(AXES);
    }
    Optional<Long> count = node.longs(STARTS).map(starts -> (long) starts.length);
    return count
        .or(() -> node.dims(STARTS).map(dims -> dims.get(0).sizeOrMinusOne()).filter(n -> n >= 0))
        .map(n -> LongStream.range(0, n).toArray());
  }

  private static Value axesOf(Adjoint node) {
    return axes(node)
        .map(node.graph()::longs)
        .orElseGet(
            () ->
                node.has(AXES)
                    ? int64(node.in(AXES))
                    : range(node.graph(), node.in(STARTS).shape()));
  }
}
