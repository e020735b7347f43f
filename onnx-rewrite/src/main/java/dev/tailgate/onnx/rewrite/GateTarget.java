package dev.tailgate.onnx.rewrite;

import dev.tailgate.onnx.attention.AttentionSite;
import dev.tailgate.onnx.attention.FusedSite;
import dev.tailgate.onnx.attention.Linear;
import dev.tailgate.onnx.attention.Projections;
import dev.tailgate.onnx.attention.SiteGate;
import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.List;
import java.util.Optional;

/**
 * What a gate needs to know of a site.
 *
 * @param id the site
 * @param context what is gated, {@code [B, T, H*Dv]} with heads side by side
 * @param hidden what the gate reads, {@code [B, T, D]} in the same order of rows
 * @param heads {@code H}
 * @param model {@code D}
 */
public record GateTarget(String id, String context, String hidden, int heads, int model) {

  /** Where a gate goes, or why none can. */
  public sealed interface Search {
    /** A gate fits here. */
    record Found(GateTarget target) implements Search {}

    /**
     * None does.
     *
     * @param reason what could not be told from the graph
     */
    record Missing(String reason) implements Search {}
  }

  /** The target at a site that is written out; {@code heads} overrides what the graph tells. */
  public static Search of(RewriteScope scope, AttentionSite site, Optional<Integer> heads) {
    if (site.gate().isPresent()) {
      return gated(site.gate().get());
    }
    int found =
        heads.orElseGet(() -> HeadGeometry.of(scope, site).map(HeadGeometry::heads).orElse(-1));
    return of(scope, site.id(), site.context().merged(), site.projections().hidden(), found);
  }

  /** The target at a fused operator. */
  public static Search of(RewriteScope scope, FusedSite site, Optional<Integer> stated) {
    if (site.gate().isPresent()) {
      return gated(site.gate().get());
    }
    OnnxNode node = site.node();
    int heads = (int) node.intAttribute("num_heads", node.intAttribute("q_num_heads", -1));
    if (heads < 0) {
      heads =
          HeadGeometry.of(scope, List.of(node.input(0), node.output(0)), node.input(0))
              .map(HeadGeometry::heads)
              .orElse(stated.orElse(-1));
    }
    // ONNX Runtime's own Attention projects inside, so its input is the hidden state.
    boolean projects = node.is("com.microsoft", "Attention");
    Optional<String> hidden =
        projects ? Optional.of(node.input(0)) : Projections.origin(scope.flow(), node.input(0));
    return of(scope, site.id(), site.context(), hidden.orElse(""), heads);
  }

  private static Search gated(SiteGate gate) {
    return new Search.Missing("there is a " + gate.kind() + " gate already");
  }

  private static Search of(
      RewriteScope scope, String id, String context, String hidden, int heads) {
    if (hidden.isEmpty()) {
      return new Search.Missing("the hidden state behind the queries was not found");
    }
    if (heads < 1) {
      return new Search.Missing("the number of heads cannot be told from the graph");
    }
    Optional<Long> model = width(scope, hidden);
    if (model.isEmpty() || model.get() % heads != 0 || model.get() > Integer.MAX_VALUE) {
      return new Search.Missing(
          model
              .map(w -> "the hidden width " + w + " is no multiple of " + heads + " heads")
              .orElse("the width of the hidden state cannot be told from the graph"));
    }
    return new Search.Found(new GateTarget(id, context, hidden, heads, model.get().intValue()));
  }

  /** Of the declared shape, else of the weights that multiply the hidden state. */
  private static Optional<Long> width(RewriteScope scope, String hidden) {
    Optional<Long> declared =
        scope
            .graph()
            .info(hidden)
            .flatMap(info -> info.shape())
            .filter(shape -> !shape.isEmpty())
            .map(shape -> shape.get(shape.size() - 1))
            .map(Dim::sizeOrMinusOne)
            .filter(size -> size > 0);
    return declared.or(
        () ->
            scope.flow().realUses(hidden).stream()
                .filter(use -> use.inputIndex() == 0 && !use.node().is("Einsum"))
                .flatMap(use -> Linear.at(scope.flow(), use.node()).stream())
                .flatMap(linear -> linear.inputWidth(scope.flow()).stream())
                .findFirst());
  }
}
