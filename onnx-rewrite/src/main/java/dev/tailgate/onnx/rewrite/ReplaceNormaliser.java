package dev.tailgate.onnx.rewrite;

import dev.tailgate.onnx.attention.AttentionSite;
import dev.tailgate.onnx.attention.FusedOperators;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.NodeDraft;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Gives a site another normaliser:
 *
 * <pre>
 *   masked scores ─ Softmax ─ probs
 * into
 *   masked scores ─ Pad ─ Softmax ─ Slice ─ probs          (Softmax1; see SoftmaxNodes)
 * </pre>
 *
 * The probabilities keep their name, so masks before and dropout, NaN guards or casts behind stay
 * as they are.
 */
public final class ReplaceNormaliser
    implements RewriteRule<AttentionSite, ReplaceNormaliser.Replacement> {
  /**
   * What a site is given.
   *
   * @param spec the normaliser
   * @param retrieval how often queries are updated with it
   */
  public record Replacement(NormaliserSpec spec, Retrieval retrieval) {}

  @Override
  public String name() {
    return "replace the normaliser";
  }

  @Override
  public Effect effect() {
    return Effect.CHANGES_FUNCTION;
  }

  @Override
  public Decision examine(RewriteScope scope, AttentionSite site, Replacement by) {
    NormaliserSpec spec = by.spec();
    if (site.normaliser().equals(spec.kind()) && !by.retrieval().changesScores()) {
      return Decision.skips("it is " + spec.kind().label() + " already");
    }
    ScoreForm form = ScoreForm.of(scope, site);
    if (!form.hasLastAxis()) {
      return Decision.skips(
          "opset " + form.opset() + " needs the rank of the scores, which no shape tells");
    }
    Optional<String> fault = spec.fault(form);
    if (fault.isPresent()) {
      return Decision.skips(fault.get());
    }
    return by.retrieval().changesScores()
        ? RetrievalSteps.examine(scope, site, by.retrieval())
        : Decision.applies();
  }

  @Override
  public void apply(RewriteScope scope, AttentionSite site, Replacement by) {
    NormaliserSpec spec = by.spec();
    SiteEdit edit = scope.replacing(site.id(), removable(scope.graph(), site));
    ScoreForm form = ScoreForm.of(scope, site);
    String scores =
        by.retrieval().changesScores()
            ? RetrievalSteps.write(scope, site, spec, form, by.retrieval())
            : site.normalisation().scores();
    if (site.normalisation().addend().isPresent()) {
      scores = edit.ops().op("Add", scores, site.normalisation().addend().get());
    }
    scores = as(edit, scope.type(site.normalisation().scores()), form.type(), scores);
    if (spec.isMarked()) {
      edit.ops().tag(FusedOperators.NORMALISER, spec.kind().label());
    }
    NodeDraft last = spec.write(edit.ops(), form, scores);
    edit.ops().untag(FusedOperators.NORMALISER);
    ElementType probs = scope.type(site.normalisation().probs());
    boolean cast = form.type().isFloat() && probs.isFloat() && probs != form.type();
    edit.publish(
        cast ? edit.ops().node("Cast", last.add()).attribute("to", probs.code()) : last,
        site.normalisation().probs());
  }

  private static String as(SiteEdit edit, ElementType from, ElementType to, String value) {
    return from.isFloat() && to.isFloat() && from != to ? edit.ops().cast(value, to) : value;
  }

  /** The nodes of the old normaliser that nothing else reads from. */
  private static List<OnnxNode> removable(OnnxGraph graph, AttentionSite site) {
    Set<Integer> kept = new HashSet<>();
    List<OnnxNode> nodes = site.normalisation().nodes();
    for (int i = nodes.size() - 1; i >= 0; i--) {
      OnnxNode node = nodes.get(i);
      boolean isLast = node.outputs().contains(site.normalisation().probs());
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
