package dev.tailgate.onnx.rewrite;

import dev.tailgate.onnx.attention.AttentionSite;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Gives a site another normaliser:
 *
 * <pre>
 *   masked scores ─ Softmax ─ probs
 * into
 *   masked scores ─ Pad ─ Softmax ─ Slice ─ probs          (Softmax1; see NormaliserNodes)
 * </pre>
 *
 * The probabilities keep their name, so masks before and dropout, NaN guards or casts behind stay
 * as they are. Effect: {@link Effect#CHANGES_FUNCTION}.
 */
public final class ReplaceNormaliser {
  /** The rule's name in reports and provenance. */
  public static final String NAME = "replace the normaliser";

  /** The opset whose {@code CastLike} gives a constant the type of another value. */
  private static final int CAST_LIKE = 15;

  private static final Set<String> RESHAPES = Set.of("Flatten", "Reshape", "Squeeze", "Unsqueeze");

  private ReplaceNormaliser() {}

  /** Whether {@code site} can be given {@code spec}. */
  public static Decision examine(
      RewriteScope scope, AttentionSite site, NormaliserSpec spec, Retrieval retrieval) {
    if (site.normaliser() == spec.kind() && !retrieval.changesScores()) {
      return Decision.skips("it is " + spec.kind().label() + " already");
    }
    int opset = scope.model().opset();
    int rank = rank(scope, site);
    if (rank < 0 && opset < 11) {
      return Decision.skips(
          "opset " + opset + " needs the rank of the scores, which no shape tells");
    }
    boolean needsType = spec.clipping().isPresent() || !plainSink(spec) || (rank < 0 && opset < 18);
    if (needsType && opset < CAST_LIKE && !type(scope, site).isFloat()) {
      return Decision.skips("the element type of the scores cannot be told");
    }
    if (spec.sink().isPresent() && spec.sink().get() instanceof Sink.PerHead heads) {
      return examineHeads(scope, site, heads.logits().length, rank, opset);
    }
    return retrieval.changesScores()
        ? RetrievalSteps.examine(scope, site, retrieval)
        : Decision.applies();
  }

  private static boolean plainSink(NormaliserSpec spec) {
    return spec.sink().isEmpty() || spec.sink().get().equals(Sink.ZERO);
  }

  private static Decision examineHeads(
      RewriteScope scope, AttentionSite site, int logits, int rank, int opset) {
    if (rank != 4 && rank != 3) {
      return Decision.skips("a sink for each head needs scores [B, H, T, S], found rank " + rank);
    }
    if (!type(scope, site).isFloat()) {
      return Decision.skips("the element type of the scores cannot be told");
    }
    if (opset < 8) {
      return Decision.skips("a sink for each head needs Expand, which opset " + opset + " lacks");
    }
    int heads = HeadGeometry.of(scope, site).map(HeadGeometry::heads).orElse(-1);
    if (heads > 0 && heads != logits) {
      return Decision.skips("the sink has " + logits + " logits for " + heads + " heads");
    }
    if (heads < 0 && rank == 3) {
      return Decision.skips("the number of heads cannot be told from the graph");
    }
    return Decision.applies();
  }

  private static ElementType type(RewriteScope scope, AttentionSite site) {
    ElementType type = scope.type(site.maskedScores());
    return type == ElementType.UNDEFINED ? scope.type(site.probs()) : type;
  }

  /** Of the scores as they are normalised; a reshape on the way there may have changed it. */
  private static int rank(RewriteScope scope, AttentionSite site) {
    for (String value : List.of(site.maskedScores(), site.probs())) {
      if (scope.rank(value) > 0) {
        return scope.rank(value);
      }
    }
    boolean reshaped =
        site.scorePath().stream().anyMatch(step -> RESHAPES.contains(step.node().opType()));
    if (reshaped) {
      return -1;
    }
    OnnxNode product = site.scoresMatMul();
    int operands = Math.max(scope.rank(product.input(0)), scope.rank(product.input(1)));
    // A matrix among the operands would say nothing about the other one.
    return product.is("MatMul") && operands > 2 ? operands : -1;
  }

  /** Rewrites a site that {@link #examine} took. */
  public static void apply(
      RewriteScope scope, AttentionSite site, NormaliserSpec spec, Retrieval retrieval) {
    SiteEdit edit = scope.replacing(site.id(), removable(scope.graph(), site));
    NormaliserNodes nodes = new NormaliserNodes(edit.ops(), type(scope, site), rank(scope, site));
    String scores =
        retrieval.changesScores()
            ? RetrievalSteps.write(scope, site, spec, retrieval, nodes)
            : site.maskedScores();
    if (site.addend().isPresent()) {
      scores = edit.ops().op("Add", scores, site.addend().get());
    }
    edit.publish(nodes.write(spec, scores), site.probs());
  }

  /** The nodes of the old normaliser that nothing else reads from. */
  private static List<OnnxNode> removable(OnnxGraph graph, AttentionSite site) {
    Set<Integer> kept = new HashSet<>();
    List<OnnxNode> nodes = site.normaliserNodes();
    for (int i = nodes.size() - 1; i >= 0; i--) {
      OnnxNode node = nodes.get(i);
      boolean isLast = node.outputs().contains(site.probs());
      boolean needed =
          !isLast
              && node.outputs().stream()
                  .anyMatch(output -> usedOutside(graph, output, nodes, kept));
      if (needed) {
        kept.add(node.index());
      }
    }
    List<OnnxNode> removable = new ArrayList<>(nodes);
    removable.removeIf(node -> kept.contains(node.index()));
    return removable;
  }

  private static boolean usedOutside(
      OnnxGraph graph, String value, List<OnnxNode> nodes, Set<Integer> kept) {
    return graph.isOutput(value)
        || graph.uses(value).stream()
            .map(use -> use.node().index())
            .anyMatch(
                user -> kept.contains(user) || nodes.stream().noneMatch(n -> n.index() == user));
  }
}
