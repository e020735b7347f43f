package dev.tailgate.run.audit;

import dev.tailgate.onnx.attention.AttentionReport;
import dev.tailgate.onnx.attention.AttentionSite;
import dev.tailgate.onnx.attention.FusedSite;
import dev.tailgate.onnx.attention.NotASite;
import dev.tailgate.onnx.attention.SiteGate;
import dev.tailgate.result.NotSite;
import dev.tailgate.result.SiteInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a result says about the attentions of a model, those inside other graphs included. */
final class AttentionSummary {
  private AttentionSummary() {}

  static List<SiteInfo> sites(AttentionReport report) {
    List<SiteInfo> sites = new ArrayList<>();
    for (AttentionReport.InGraph graph : report.graphs()) {
      // Layers are those of the main graph; what lies in a subgraph or function belongs to none.
      boolean isMain = graph.place().isEmpty();
      for (AttentionSite site : graph.report().sites()) {
        sites.add(
            new SiteInfo(
                graph.qualified(site.id()),
                isMain ? site.layer() : -1,
                site.normalisation().node().id(),
                site.kind(),
                site.normaliser().label(),
                gate(site.gate())));
      }
      for (FusedSite site : graph.report().fused()) {
        sites.add(
            new SiteInfo(
                graph.qualified(site.id()),
                isMain ? site.layer() : -1,
                site.node().id(),
                site.node().opType(),
                site.normaliser().label(),
                gate(site.gate())));
      }
    }
    return sites;
  }

  private static String gate(Optional<SiteGate> gate) {
    return gate.map(SiteGate::kind).orElse("none");
  }

  static List<NotSite> notSites(AttentionReport report) {
    List<NotSite> refused = new ArrayList<>();
    for (AttentionReport.InGraph graph : report.graphs()) {
      for (NotASite not : graph.report().notSites()) {
        refused.add(new NotSite(graph.qualified(not.node().id()), not.reason()));
      }
    }
    return refused;
  }
}
