package dev.tailgate.onnx.rewrite;

import dev.tailgate.onnx.attention.AttentionSite;
import dev.tailgate.onnx.attention.Dataflow;
import dev.tailgate.onnx.attention.Projections;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How many heads an attention has, as far as the graph tells without running it.
 *
 * @param heads number of query heads, {@code H}
 */
record HeadGeometry(int heads) {
  private static final int STEPS = 24;

  /** Of a site that is written out. */
  static Optional<HeadGeometry> of(RewriteScope scope, AttentionSite site) {
    return of(
        scope,
        List.of(
            site.normalisation().probs(),
            site.normalisation().scores(),
            site.context().product().output(0)),
        site.scores().product().input(site.scores().queryInput()));
  }

  /**
   * From declared shapes {@code [B, H, T, .]}, else from the reshape that splits queries into
   * heads.
   *
   * @param perHead values with the heads on axis 1 of four
   * @param queries the queries where scores are made
   */
  static Optional<HeadGeometry> of(RewriteScope scope, List<String> perHead, String queries) {
    for (String value : perHead) {
      long heads = declared(scope.graph(), value);
      if (heads > 0) {
        return Optional.of(new HeadGeometry(Math.toIntExact(heads)));
      }
    }
    Optional<Long> learned = learned(scope.flow(), queries);
    return learned
        .or(() -> split(scope.flow(), queries))
        .map(heads -> new HeadGeometry(Math.toIntExact(heads)));
  }

  private static long declared(OnnxGraph graph, String value) {
    return graph
        .info(value)
        .flatMap(info -> info.shape())
        .filter(shape -> shape.size() == 4)
        .map(shape -> shape.get(1))
        .map(Dim::sizeOrMinusOne)
        .orElse(-1L);
  }

  /** Of queries that are a constant {@code [B, H, T, Dh]}. */
  private static Optional<Long> learned(Dataflow flow, String queries) {
    return flow.graph()
        .constant(queries)
        .map(ConstantTensor::dims)
        .filter(dims -> dims.size() == 4)
        .map(dims -> dims.get(1));
  }

  /** The reshape nearest to the projection splits heads; later ones may fold or unfold windows. */
  private static Optional<Long> split(Dataflow flow, String operand) {
    Optional<Long> found = Optional.empty();
    String at = operand;
    for (int i = 0; i < STEPS; i++) {
      OnnxNode node = flow.graph().producer(at).orElse(null);
      if (node == null || Dataflow.isProduct(node)) {
        return found;
      }
      if (node.is("Reshape")) {
        Optional<Long> heads = heads(flow, node.input(0), sizes(flow, node));
        found = heads.isPresent() ? heads : found;
      }
      at = node.input(flow.isConstant(node.input(0)) && node.inputs().size() > 1 ? 1 : 0);
    }
    return found;
  }

  /** Of the reshape that makes {@code [B, T, H, Dh]}, or {@code [B, T, 3, H, Dh]}. */
  private static Optional<Long> heads(Dataflow flow, String merged, List<Long> sizes) {
    if (sizes.size() == 5 && sizes.get(2) > 0 && sizes.get(3) > 0) {
      // Queries, keys and values side by side: before the heads, or inside each head.
      return Optional.of(sizes.get(2) == 3 ? sizes.get(3) : sizes.get(2));
    }
    if (sizes.size() != 4 || sizes.get(3) == 1) {
      return Optional.empty();
    }
    if (sizes.get(2) > 0) {
      return Optional.of(sizes.get(2));
    }
    long width = sizes.get(3);
    return width <= 0
        ? Optional.empty()
        : Projections.width(flow, merged).filter(w -> w % width == 0).map(w -> w / width);
  }

  /** The target shape of a reshape, -1 for what is computed. */
  private static List<Long> sizes(Dataflow flow, OnnxNode reshape) {
    Optional<List<Long>> constant =
        reshape.hasAttribute("shape")
            ? reshape.intsAttribute("shape")
            : flow.integers(reshape.input(1));
    if (constant.isPresent()) {
      return constant.get();
    }
    OnnxNode concat = flow.sourceNode(reshape.input(1)).orElse(null);
    if (concat == null || !concat.is("Concat")) {
      return List.of();
    }
    List<Long> sizes = new ArrayList<>();
    for (String part : concat.inputs()) {
      sizes.addAll(flow.integers(flow.source(part)).orElse(List.of(-1L)));
    }
    return sizes;
  }
}
