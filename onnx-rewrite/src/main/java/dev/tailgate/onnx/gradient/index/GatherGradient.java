package dev.tailgate.onnx.gradient.index;

import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;
import java.util.Optional;

/**
 * {@code y} has the slices of {@code x} along an axis that the ids name, so a slice of {@code dx}
 * is the sum of those of {@code dy} whose id names it. With all axes before the axis as one and all
 * behind it as one, {@code y} is [before, ids, behind] and {@code x} [before, n, behind]; {@code
 * ScatterElements} adds in the order of the ids, so equal ids give the same bits in every run, and
 * takes negative ids as they are. One constant id needs no sum: its slice is padded with zeros.
 */
public final class GatherGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    long axis = node.node().intAttribute("axis", 0);
    Optional<long[]> ids = node.longs(1);
    boolean isOne = ids.filter(all -> all.length == 1).isPresent();
    if (isOne && node.constant(1).orElseThrow().dims().size() <= 1) {
      node.give(0, padded(node, axis, ids.orElseThrow()[0]));
    } else {
      node.give(0, scattered(node, axis));
    }
  }

  private static Value padded(Adjoint node, long axis, long id) {
    GraphBuilder graph = node.graph();
    boolean isScalar = node.constant(1).orElseThrow().dims().isEmpty();
    Value slice = isScalar ? node.upstream().unsqueeze(axis) : node.upstream();
    long size = node.size(0, axis);
    Value pads;
    if (size >= 0) {
      long before = id < 0 ? id + size : id;
      pads = graph.longs(before, size - 1 - before);
    } else {
      Value all = Sizes.at(node, 0, axis);
      pads =
          id < 0
              ? graph.concat(0, all.plus(graph.longs(id)), graph.longs(-1 - id))
              : graph.concat(0, graph.longs(id), all.minus(graph.longs(id + 1)));
    }
    return slice.op("Pad", pads, graph.none(), graph.longs(axis)).of(slice.type());
  }

  private static Value scattered(Adjoint node, long axis) {
    GraphBuilder graph = node.graph();
    boolean isFirst = axis == 0;
    Value behind = Sizes.behind(node, 0, axis);
    Value size = Sizes.at(node, 0, axis);
    Value rest = graph.longs(-1);
    Value before = isFirst ? rest : Sizes.before(node, 0, axis);
    Value slices =
        node.upstream()
            .op(
                "Reshape",
                isFirst ? graph.concat(0, rest, behind) : graph.concat(0, before, rest, behind));
    Value ids = isFirst ? node.in(1).reshape(-1, 1) : node.in(1).reshape(1, -1, 1);
    Value whole = isFirst ? graph.concat(0, size, behind) : graph.concat(0, before, size, behind);
    Value sum =
        graph
            .node(
                "ScatterElements",
                node.zeros(whole, slices.type()),
                ids.expand(slices.shape()),
                slices)
            .with("axis", isFirst ? 0 : 1)
            .with("reduction", "add")
            .value();
    return node.shapedAs(sum, "", 0);
  }
}
