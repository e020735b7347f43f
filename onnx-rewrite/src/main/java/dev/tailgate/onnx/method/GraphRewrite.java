package dev.tailgate.onnx.method;

import dev.tailgate.onnx.attention.AttentionFinder;
import dev.tailgate.onnx.attention.AttentionReport;
import dev.tailgate.onnx.attention.AttentionSite;
import dev.tailgate.onnx.attention.FusedSite;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.rewrite.Decision;
import dev.tailgate.onnx.rewrite.FusedChoice;
import dev.tailgate.onnx.rewrite.GateTarget;
import dev.tailgate.onnx.rewrite.NormaliserSpec;
import dev.tailgate.onnx.rewrite.ReplaceNormaliser.Replacement;
import dev.tailgate.onnx.rewrite.RewriteRule;
import dev.tailgate.onnx.rewrite.RewriteScope;
import dev.tailgate.onnx.rewrite.SiteEdit;
import dev.tailgate.onnx.rewrite.fused.FusedRules;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Rewrites one graph in three stages: fused operators get a sink of their own or are written out;
 * what is written out gets its normaliser; gates go on last. A stage without work is skipped.
 */
final class GraphRewrite {
  private final String place;
  private final int firstNumber;
  private final Map<Integer, RewrittenSite> sites = new TreeMap<>();
  private final Map<String, Integer> numbers = new HashMap<>();
  private final Map<Integer, PlannedGate.Fits> gates = new TreeMap<>();
  private OnnxModel model;
  private @Nullable AttentionReport report;
  private int group;
  private boolean changed;

  private GraphRewrite(
      OnnxModel model, @Nullable AttentionReport report, String place, int firstNumber, int group) {
    this.model = model;
    this.report = report;
    this.place = place;
    this.firstNumber = firstNumber;
    this.group = group;
  }

  /** What is in the graph now; looked for again only when it is asked for after a change. */
  private AttentionReport report() {
    if (report == null) {
      report = AttentionFinder.within(model);
    }
    return report;
  }

  /**
   * What came out.
   *
   * @param nextGroup number for the next replacement
   */
  record Outcome(OnnxModel model, List<RewrittenSite> sites, int nextGroup, boolean changed) {}

  /**
   * A rewrite of the main graph of {@code model}, whose first site has {@code firstNumber}.
   *
   * @param known what is in the graph, where that was looked for already
   */
  static GraphRewrite of(
      OnnxModel model, Optional<AttentionReport> known, String place, int firstNumber, int group) {
    return new GraphRewrite(model, known.orElse(null), place, firstNumber, group);
  }

  Outcome apply(MethodSpec spec, SiteSelection selection, boolean keepsOperators) {
    GraphSites.of(report(), place, firstNumber).forEach(site -> sites.put(site.number(), site));
    report().sites().forEach(site -> numbers.put(key(site), firstNumber + site.layer()));
    report().fused().forEach(site -> numbers.put(key(site), firstNumber + site.layer()));
    if (sites.values().stream().noneMatch(selection::takes)) {
      return outcome();
    }
    if (spec.gate().isPresent()) {
      planGates(spec, selection);
    }
    if (spec.changesNormaliser()) {
      replaceFused(spec, selection, keepsOperators);
      replaceNormalisers(spec, selection);
    }
    addGates(selection);
    return outcome();
  }

  private Outcome outcome() {
    return new Outcome(model, List.copyOf(sites.values()), group, changed);
  }

  /** A site keeps the name of its product with the values through all stages. */
  private static String key(AttentionSite site) {
    return site.context().product().output(0);
  }

  private static String key(FusedSite site) {
    return site.node().output(0);
  }

  private boolean isOpen(int number, SiteSelection selection) {
    RewrittenSite site = sites.get(number);
    return site != null
        && selection.takes(site)
        && !(site.outcome() instanceof SiteOutcome.Skipped);
  }

  private void skip(int number, String reason) {
    sites.computeIfPresent(number, (k, site) -> site.with(new SiteOutcome.Skipped(reason)));
  }

  private void note(int number, RewriteRule<?, ?> rule) {
    sites.computeIfPresent(
        number, (k, site) -> site.with(site.outcome().and(rule.name(), rule.effect())));
  }

  private RewriteScope open(String pass) {
    return RewriteScope.open(model, pass, group);
  }

  private void commit(RewriteScope scope) {
    if (scope.nextGroup() == group) {
      return;
    }
    group = scope.nextGroup();
    model = scope.commit();
    report = null;
    changed = true;
  }

  private void replaceFused(MethodSpec spec, SiteSelection selection, boolean keepsOperators) {
    if (report().fused().isEmpty()) {
      return;
    }
    RewriteScope scope = open("FusedAttention");
    Map<String, Integer> unfused = new HashMap<>();
    for (FusedSite site : report().fused()) {
      int number = numbers.getOrDefault(key(site), -1);
      if (!isOpen(number, selection)) {
        continue;
      }
      if (site.normaliser().equals(spec.normaliser().kind())) {
        if (gates.containsKey(number)) {
          continue;
        }
        skip(number, "it is " + site.normaliser().label() + " already");
        continue;
      }
      Optional<NormaliserSpec> normaliser = spec.normaliserOf(number);
      if (normaliser.isEmpty()) {
        skip(number, "no sink is given for site " + number);
        continue;
      }
      boolean keepsOperator = keepsOperators && !spec.retrieval().changesScores();
      FusedChoice choice = FusedRules.choose(scope, site.node(), normaliser.get(), keepsOperator);
      if (choice instanceof FusedChoice.Takes takes) {
        RewriteRule<OnnxNode, NormaliserSpec> rule = takes.rule();
        unfused.put(Integer.toString(scope.nextGroup()), number);
        rule.apply(scope, site.node(), normaliser.get());
        note(number, rule);
      } else {
        skip(number, ((FusedChoice.Refuses) choice).reason());
      }
    }
    commit(scope);
    for (AttentionSite site : report().sites()) {
      // Written out by this stage: the new product carries the number of its replacement.
      String made = site.context().product().metadata().get(SiteEdit.GROUP);
      if (made != null && unfused.containsKey(made)) {
        numbers.put(key(site), unfused.get(made));
      }
    }
  }

  private void replaceNormalisers(MethodSpec spec, SiteSelection selection) {
    RewriteRule<AttentionSite, Replacement> rule = RewriteRules.REPLACE_NORMALISER;
    RewriteScope scope = open(rule.name());
    for (AttentionSite site : report().sites()) {
      int number = numbers.getOrDefault(key(site), -1);
      if (!isOpen(number, selection)) {
        continue;
      }
      Optional<NormaliserSpec> normaliser = spec.normaliserOf(number);
      if (normaliser.isEmpty()) {
        skip(number, "no sink is given for site " + number);
        continue;
      }
      boolean needsGateOnly =
          site.normaliser().equals(normaliser.get().kind())
              && gates.containsKey(number)
              && !spec.retrieval().changesScores();
      if (needsGateOnly) {
        continue;
      }
      Replacement by = new Replacement(normaliser.get(), spec.retrieval());
      Decision decision = rule.examine(scope, site, by);
      if (decision instanceof Decision.Skips skips) {
        RewrittenSite before = sites.get(number);
        boolean isWrittenOut = before != null && before.isRewritten();
        skip(number, skips.reason() + (isWrittenOut ? "; its operator was written out" : ""));
      } else {
        rule.apply(scope, site, by);
        note(number, rule);
      }
    }
    commit(scope);
  }

  /** Decides all gates on the graph as it came. */
  private void planGates(MethodSpec spec, SiteSelection selection) {
    RewriteScope scope = open(RewriteRules.GATE_CONTEXT.name());
    for (AttentionSite site : report().sites()) {
      plan(scope, spec, selection, key(site), GateTarget.of(scope, site, spec.heads()));
    }
    for (FusedSite site : report().fused()) {
      plan(scope, spec, selection, key(site), GateTarget.of(scope, site, spec.heads()));
    }
  }

  private void plan(
      RewriteScope scope,
      MethodSpec spec,
      SiteSelection selection,
      String key,
      GateTarget.Search search) {
    int number = numbers.getOrDefault(key, -1);
    if (!isOpen(number, selection)) {
      return;
    }
    PlannedGate gate = PlannedGate.of(scope, spec, number, search);
    if (gate instanceof PlannedGate.Fits fits) {
      gates.put(number, fits);
    } else {
      skip(number, ((PlannedGate.Refused) gate).reason());
    }
  }

  private void addGates(SiteSelection selection) {
    if (gates.isEmpty()) {
      return;
    }
    RewriteScope scope = open(RewriteRules.GATE_CONTEXT.name());
    gates.forEach(
        (number, gate) -> {
          if (isOpen(number, selection)) {
            RewriteRules.GATE_CONTEXT.apply(scope, gate.target(), gate.gate());
            note(number, RewriteRules.GATE_CONTEXT);
          }
        });
    commit(scope);
  }
}
