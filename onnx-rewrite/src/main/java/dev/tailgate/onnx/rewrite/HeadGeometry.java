package dev.tailgate.onnx.rewrite;

import dev.tailgate.onnx.attention.AttentionSite;
import dev.tailgate.onnx.attention.Dataflow;
import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How many heads a site has, as far as the graph tells without running it.
 *
 * @param heads number of query heads, {@code H}
 */
record HeadGeometry(int heads) {
  private static final int STEPS = 24;

  /**
   * From declared shapes {@code [B, H, T, .]}, else from the reshapes that split or merge heads.
   */
  static Optional<HeadGeometry> of(RewriteScope scope, AttentionSite site) {
    OnnxGraph graph = scope.graph();
    for (String value :
        List.of(site.probs(), site.maskedScores(), site.contextMatMul().output(0))) {
      long heads = declared(graph, value);
      if (heads > 0) {
        return Optional.of(new HeadGeometry((int) heads));
      }
    }
    return split(scope.flow(), site.scoresMatMul().input(0))
        .or(() -> split(scope.flow(), site.contextMatMul().input(valueInput(site))))
        .map(heads -> new HeadGeometry(Math.toIntExact(heads)));
  }

  private static int valueInput(AttentionSite site) {
    return site.contextMatMul().inputs().size() > 1 ? 1 : 0;
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

  /** The second last number of the reshape that makes {@code [B, T, H, Dh]}. */
  private static Optional<Long> split(Dataflow flow, String operand) {
    String at = operand;
    for (int i = 0; i < STEPS; i++) {
      OnnxNode node = flow.graph().producer(at).orElse(null);
      if (node == null || Dataflow.isProduct(node)) {
        return Optional.empty();
      }
      if (node.is("Reshape")) {
        List<Long> sizes = sizes(flow, node);
        if (sizes.size() == 4 && sizes.get(2) > 0 && sizes.get(3) != 1) {
          return Optional.of(sizes.get(2));
        }
        if (sizes.size() == 5 && sizes.get(2) > 0 && sizes.get(3) > 0) {
          return Optional.of(besideThree(sizes.get(2), sizes.get(3)));
        }
      }
      at = node.input(flow.isConstant(node.input(0)) && node.inputs().size() > 1 ? 1 : 0);
    }
    return Optional.empty();
  }

  /**
   * Queries, keys and values side by side: {@code [B, T, 3, H, Dh]} or {@code [B, T, H, 3, Dh]}.
   */
  private static long besideThree(long outer, long inner) {
    return outer == 3 ? inner : outer;
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
    OnnxNode concat = flow.graph().producer(reshape.input(1)).orElse(null);
    if (concat == null || !concat.is("Concat")) {
      return List.of();
    }
    List<Long> sizes = new ArrayList<>();
    for (String part : concat.inputs()) {
      Optional<List<Long>> known = flow.integers(flow.source(part));
      if (known.isPresent()) {
        sizes.addAll(known.get());
      } else {
        sizes.add(-1L);
      }
    }
    return sizes;
  }
}
