package dev.tailgate.onnx.gradient.layout;

import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;
import dev.tailgate.onnx.ir.Dim;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * {@code y} has its inputs one after the other along an axis, and so {@code dy} has their
 * gradients. Where one of several inputs is wanted and sizes are known, only its part is copied.
 */
public final class ConcatGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    long axis = node.node().intAttribute("axis", 0);
    int count = node.node().inputs().size();
    Value upstream = node.upstream();
    if (count == 1) {
      node.give(0, upstream);
      return;
    }
    Optional<long[]> sizes = sizes(node, axis);
    List<Integer> wanted = IntStream.range(0, count).filter(node::wants).boxed().toList();
    if (wanted.size() == 1 && sizes.isPresent()) {
      int one = wanted.get(0);
      long start = Arrays.stream(sizes.get(), 0, one).sum();
      node.give(one, upstream.slice(axis, start, start + sizes.get()[one]));
      return;
    }
    Value[] computed = new Value[count];
    for (int i = 0; i < count && sizes.isEmpty(); i++) {
      computed[i] = node.in(i).shape().gather(0, node.graph().longs(axis));
    }
    Value lengths =
        sizes.map(node.graph()::longs).orElseGet(() -> node.graph().concat(0, computed));
    List<Value> parts =
        node.graph().node("Split", upstream, lengths).with("axis", axis).values(count);
    wanted.forEach(i -> node.give(i, parts.get(i).of(upstream.type())));
  }

  private static Optional<long[]> sizes(Adjoint node, long axis) {
    long[] sizes = new long[node.node().inputs().size()];
    for (int i = 0; i < sizes.length; i++) {
      Optional<List<Dim>> dims = node.dims(i);
      if (dims.isEmpty()) {
        return Optional.empty();
      }
      long at = axis < 0 ? axis + dims.get().size() : axis;
      sizes[i] = dims.get().get(Math.toIntExact(at)).sizeOrMinusOne();
      if (sizes[i] < 0) {
        return Optional.empty();
      }
    }
    return Optional.of(sizes);
  }
}
