package dev.tailgate.onnx.method;

import dev.tailgate.onnx.attention.AttentionFinder;
import dev.tailgate.onnx.attention.AttentionReport;
import dev.tailgate.onnx.attention.NestedAttention;
import dev.tailgate.onnx.attention.NotASite;
import dev.tailgate.onnx.ir.GraphPlace;
import dev.tailgate.onnx.ir.ModelException;
import dev.tailgate.onnx.ir.NestedGraph;
import dev.tailgate.onnx.ir.NestedGraphs;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.rewrite.Effect;
import dev.tailgate.onnx.rewrite.RestoreReplaced;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Gives the attentions of a model another method, in the main graph, in subgraphs and in functions.
 * Weights stay where they are; inputs and outputs of the model do not change.
 */
public final class AttentionRewriter {
  /** Model metadata: the method of the last rewrite and its sites. */
  public static final String METHOD = "tailgate.method";

  /** Model metadata: how the model was trained after a rewrite. */
  public static final String CURE = "tailgate.cure";

  private AttentionRewriter() {}

  /** Every attention of {@code model}, numbered, none selected yet. */
  public static List<RewrittenSite> sites(OnnxModel model) {
    return listing(AttentionFinder.find(model));
  }

  private static List<RewrittenSite> listing(AttentionReport report) {
    List<RewrittenSite> sites = new ArrayList<>();
    for (AttentionReport.InGraph graph : report.graphs()) {
      sites.addAll(GraphSites.of(graph.report(), graph.place(), sites.size()));
    }
    return sites;
  }

  private static List<NotASite> notSites(AttentionReport report) {
    return report.graphs().stream().flatMap(graph -> graph.report().notSites().stream()).toList();
  }

  /**
   * Rewrites the selected sites; those that cannot be are left as they are, with the reason.
   *
   * @throws ModelException where no site is there or none can be rewritten, naming the nearest
   *     miss, and where an entry of the selection matches nothing
   */
  public static RewriteResult rewrite(OnnxModel model, MethodSpec spec, SiteSelection selection) {
    return rewrite(model, spec, selection, true);
  }

  /**
   * The same, but with every fused attention written out as ordinary operators first, even where
   * the operator could be kept: its scores and probabilities then are values that can be looked at.
   */
  public static RewriteResult rewriteWrittenOut(
      OnnxModel model, MethodSpec spec, SiteSelection selection) {
    return rewrite(model, spec, selection, false);
  }

  private static RewriteResult rewrite(
      OnnxModel model, MethodSpec spec, SiteSelection selection, boolean keepsOperators) {
    if (spec.method() == Method.VANILLA) {
      return restore(model);
    }
    AttentionReport report = AttentionFinder.find(model);
    List<RewrittenSite> sites = listing(report);
    requireSites(sites, notSites(report));
    requireMatches(selection, sites);
    int group = nextGroup(model);
    OnnxModel result = model;
    List<RewrittenSite> outcomes = new ArrayList<>();
    int number = report.sites().size() + report.fused().size();
    for (NestedAttention nested : report.nested()) {
      GraphPlace place = nested.graph().place();
      GraphRewrite.Outcome inner =
          GraphRewrite.of(
                  NestedGraphs.view(result, place),
                  Optional.empty(),
                  nested.graph().label(),
                  number,
                  group)
              .apply(spec, selection, keepsOperators);
      number += inner.sites().size();
      group = inner.nextGroup();
      outcomes.addAll(inner.sites());
      if (inner.changed()) {
        result = NestedGraphs.replace(result, place, inner.model());
      }
    }
    GraphRewrite.Outcome main =
        GraphRewrite.of(result, known(model, result, report), "", 0, group)
            .apply(spec, selection, keepsOperators);
    outcomes.addAll(0, main.sites());
    RewriteResult done = new RewriteResult(main.model(), outcomes, notSites(report));
    requireRewritten(done);
    return new RewriteResult(marked(done, spec), outcomes, done.notSites());
  }

  /** What was found before holds as long as no inner graph was changed. */
  private static Optional<AttentionReport> known(
      OnnxModel model, OnnxModel result, AttentionReport report) {
    return model == result ? Optional.of(report) : Optional.empty();
  }

  private static int nextGroup(OnnxModel model) {
    int last = RestoreReplaced.lastGroup(model);
    for (NestedGraph nested : NestedGraphs.of(model)) {
      last = Math.max(last, RestoreReplaced.lastGroup(nested.view()));
    }
    return last + 1;
  }

  private static OnnxModel marked(RewriteResult done, MethodSpec spec) {
    String numbers =
        done.sites().stream()
            .filter(RewrittenSite::isRewritten)
            .map(site -> Integer.toString(site.number()))
            .collect(Collectors.joining(","));
    String text = spec.method().label() + " at sites " + numbers;
    return done.model().withMetadata(METHOD, Optional.of(text));
  }

  /** Takes every recorded rewrite back. */
  private static RewriteResult restore(OnnxModel model) {
    OnnxModel result = model;
    boolean any = false;
    for (NestedGraph nested : NestedGraphs.of(model)) {
      OnnxModel view = NestedGraphs.view(result, nested.place());
      if (RestoreReplaced.applies(view)) {
        any = true;
        result = NestedGraphs.replace(result, nested.place(), RestoreReplaced.apply(view));
      }
    }
    if (!any && !RestoreReplaced.applies(result)) {
      throw ModelException.doing("restoring the attention of a model")
          .expected("a rewrite that Tailgate recorded in the model")
          .found("none")
          .fix(
              "Only what 'tailgate rewrite' did can be undone; a model trained with another"
                  + " method has no softmax to go back to.");
    }
    OnnxModel restored = RestoreReplaced.apply(result).withMetadata(METHOD, Optional.empty());
    AttentionReport report = AttentionFinder.find(restored);
    SiteOutcome undone = new SiteOutcome.Rewritten(List.of(RestoreReplaced.NAME), Effect.EXACT);
    List<RewrittenSite> sites = listing(report).stream().map(site -> site.with(undone)).toList();
    return new RewriteResult(restored, sites, notSites(report));
  }

  private static void requireSites(List<RewrittenSite> sites, List<NotASite> notSites) {
    if (sites.isEmpty()) {
      throw ModelException.doing("rewriting attention")
          .expected("at least one attention")
          .found(NearestMiss.of(notSites))
          .fix("'tailgate inspect' lists what was looked at.");
    }
  }

  private static void requireMatches(SiteSelection selection, List<RewrittenSite> sites) {
    Set<String> unmatched = selection.unmatched(sites);
    if (!unmatched.isEmpty()) {
      throw ModelException.doing("selecting attention sites")
          .expected("sites 0 to " + (sites.size() - 1) + ", self, cross, or names of their nodes")
          .found(String.join(", ", unmatched))
          .fix("'tailgate inspect' lists the sites.");
    }
  }

  private static void requireRewritten(RewriteResult done) {
    if (done.rewritten() == 0) {
      String reasons =
          done.sites().stream()
              .filter(site -> site.outcome() instanceof SiteOutcome.Skipped)
              .map(site -> ((SiteOutcome.Skipped) site.outcome()).reason())
              .distinct()
              .limit(3)
              .collect(Collectors.joining("; "));
      throw ModelException.doing("rewriting attention")
          .expected("a site that can be rewritten")
          .found(done.sites().size() + " sites, none of which can: " + reasons)
          .fix("Nothing was written.");
    }
  }
}
