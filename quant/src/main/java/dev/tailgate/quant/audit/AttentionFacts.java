package dev.tailgate.quant.audit;

import dev.tailgate.onnx.attention.AttentionReport;
import dev.tailgate.onnx.attention.NestedAttention;
import dev.tailgate.onnx.attention.NotASite;
import dev.tailgate.onnx.attention.SiteGate;
import dev.tailgate.stats.result.NotSite;
import dev.tailgate.stats.result.SiteInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a result says about the attentions of a model, those inside other graphs included. */
final class AttentionFacts {
  private AttentionFacts() {}

  static List<SiteInfo> sites(AttentionReport report) {
    List<SiteInfo> sites = new ArrayList<>();
    add(report, "", sites);
    for (NestedAttention nested : report.nested()) {
      add(nested.report(), nested.graph().label() + ": ", sites);
    }
    return sites;
  }

  private static void add(AttentionReport report, String place, List<SiteInfo> sites) {
    // Layers are those of the main graph; what lies in a subgraph or function belongs to none.
    boolean isMain = place.isEmpty();
    report
        .sites()
        .forEach(
            site ->
                sites.add(
                    new SiteInfo(
                        place + site.id(),
                        isMain ? site.layer() : -1,
                        site.normaliserNode().id(),
                        site.kind(),
                        site.normaliser().label(),
                        gate(site.gate()))));
    report
        .fused()
        .forEach(
            site ->
                sites.add(
                    new SiteInfo(
                        place + site.id(),
                        isMain ? site.layer() : -1,
                        site.node().id(),
                        site.node().opType(),
                        site.normaliser().label(),
                        gate(site.gate()))));
  }

  private static String gate(Optional<SiteGate> gate) {
    return gate.map(SiteGate::kind).orElse("none");
  }

  static List<NotSite> notSites(AttentionReport report) {
    List<NotSite> refused = new ArrayList<>();
    report.notSites().forEach(not -> refused.add(refused(not, "")));
    for (NestedAttention nested : report.nested()) {
      nested
          .report()
          .notSites()
          .forEach(not -> refused.add(refused(not, nested.graph().label() + ": ")));
    }
    return refused;
  }

  private static NotSite refused(NotASite not, String place) {
    return new NotSite(place + not.node().id(), not.reason());
  }
}
