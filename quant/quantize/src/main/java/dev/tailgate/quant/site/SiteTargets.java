package dev.tailgate.quant.site;

import dev.tailgate.onnx.attention.AttentionFinder;
import dev.tailgate.onnx.attention.AttentionReport;
import dev.tailgate.onnx.attention.AttentionSite;
import dev.tailgate.onnx.attention.FusedSite;
import dev.tailgate.onnx.attention.Normaliser;
import dev.tailgate.onnx.attention.SiteGate;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.method.Method;
import dev.tailgate.onnx.method.MethodSpec;
import dev.tailgate.onnx.method.RewriteResult;
import dev.tailgate.onnx.method.RewriteRules;
import dev.tailgate.onnx.method.RewrittenSite;
import dev.tailgate.onnx.method.SiteOutcome;
import dev.tailgate.onnx.rewrite.NormaliserSpec;
import dev.tailgate.onnx.rewrite.SoftmaxSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the sites of the original again in the rewritten model. A rewrite keeps the name of the
 * context; behind it may lie a gate and the views around it, and then the product with the values.
 */
public final class SiteTargets {
  private static final Set<String> BETWEEN =
      Set.of("Reshape", "Transpose", "Mul", "Slice", "Cast", "Identity", "Squeeze", "Unsqueeze");
  private static final int STEPS = 12;

  private final OnnxGraph graph;
  private final Map<String, AttentionSite> written = new HashMap<>();
  private final Map<String, FusedSite> fused = new HashMap<>();

  private SiteTargets(OnnxModel rewritten) {
    this.graph = rewritten.graph();
    AttentionReport report = AttentionFinder.within(rewritten);
    report.sites().forEach(site -> written.put(site.context().product().output(0), site));
    report.fused().forEach(site -> fused.put(site.node().output(0), site));
  }

  /** A target for each rewritten site, by number. */
  public static List<SiteTarget> of(OnnxModel original, RewriteResult rewrite, MethodSpec spec) {
    boolean undone = spec.method() == Method.VANILLA;
    // What went back is listed as it is now.
    AttentionReport before = AttentionFinder.within(undone ? rewrite.model() : original);
    Map<Integer, String> contexts = contexts(before);
    Map<Integer, String> probs = new HashMap<>();
    before.sites().forEach(site -> probs.put(site.layer(), site.normalisation().probs()));
    SiteTargets after = new SiteTargets(rewrite.model());
    List<SiteTarget> targets = new ArrayList<>();
    for (RewrittenSite site : rewrite.sites()) {
      if (site.isRewritten()) {
        int number = site.number();
        Optional<String> context = Optional.ofNullable(contexts.get(number));
        Optional<String> kept =
            Optional.ofNullable(probs.get(number))
                .filter(name -> after.graph.producer(name).isPresent());
        targets.add(after.target(site, context, kept, spec));
      }
    }
    return targets;
  }

  /** The written-out attention behind {@code context} in {@code model}. */
  static Optional<AttentionSite> behind(OnnxModel model, String context) {
    SiteTargets targets = new SiteTargets(model);
    return Optional.ofNullable(targets.written.get(targets.origin(context)));
  }

  private static Map<Integer, String> contexts(AttentionReport report) {
    Map<Integer, String> contexts = new HashMap<>();
    report.sites().forEach(s -> contexts.put(s.layer(), s.context().product().output(0)));
    report.fused().forEach(s -> contexts.put(s.layer(), s.node().output(0)));
    return contexts;
  }

  private SiteTarget target(
      RewrittenSite site, Optional<String> context, Optional<String> probs, MethodSpec spec) {
    if (!site.place().isEmpty()) {
      return outputsOnly(site, "lies in " + site.place());
    }
    if (context.isEmpty()) {
      return outputsOnly(site, "was not found again");
    }
    String origin = origin(context.get());
    AttentionSite now = written.get(origin);
    if (now != null) {
      return writtenOut(site, now, probs.orElse(now.normalisation().probs()), spec);
    }
    FusedSite operator = fused.get(origin);
    if (operator != null) {
      return new SiteTarget.Fused(
          site.number(),
          site.id(),
          operator.node().opType(),
          context.get(),
          operator.gate().map(SiteGate::values));
    }
    return outputsOnly(site, "was not found again");
  }

  private static SiteTarget outputsOnly(RewrittenSite site, String why) {
    return new SiteTarget.OutputsOnly(
        site.number(), site.id(), why + ": checked through the model's outputs only");
  }

  /** From the context backwards to the attention that makes it. */
  private String origin(String context) {
    String at = context;
    for (int i = 0; i < STEPS && !written.containsKey(at) && !fused.containsKey(at); i++) {
      OnnxNode node = graph.producer(at).orElse(null);
      if (node == null || !BETWEEN.contains(node.opType())) {
        return context;
      }
      at = node.input(0);
    }
    return at;
  }

  private static SiteTarget writtenOut(
      RewrittenSite site, AttentionSite now, String probs, MethodSpec spec) {
    Optional<NormaliserSpec> normaliser;
    if (changesNormaliser(site) && spec.method() != Method.VANILLA) {
      normaliser = spec.normaliserOf(site.number());
    } else {
      // A gate leaves the normaliser as it was; of others than softmax the graph holds parameters.
      normaliser =
          now.normaliser().equals(Normaliser.SOFTMAX)
              ? Optional.<NormaliserSpec>of(SoftmaxSpec.SOFTMAX)
              : Optional.empty();
    }
    String note =
        normaliser.isPresent()
            ? ""
            : "its " + now.normaliser().label() + " was not changed and is not compared";
    return new SiteTarget.WrittenOut(site.number(), site.id(), now, probs, normaliser, note);
  }

  private static boolean changesNormaliser(RewrittenSite site) {
    return site.outcome() instanceof SiteOutcome.Rewritten done
        && done.rules().stream().anyMatch(rule -> !rule.equals(RewriteRules.GATE_CONTEXT.name()));
  }
}
