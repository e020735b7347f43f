package dev.tailgate.run.inspect;

import dev.tailgate.onnx.attention.AttentionReport;
import dev.tailgate.onnx.attention.AttentionSite;
import dev.tailgate.onnx.attention.FusedSite;
import dev.tailgate.onnx.attention.NotASite;
import dev.tailgate.onnx.attention.SiteGate;
import dev.tailgate.result.Inspection;
import dev.tailgate.result.NearMiss;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The attentions of all graphs of a model, numbered as {@code rewrite --sites} takes them: the main
 * graph's first, then those of subgraphs and functions.
 */
final class SiteListing {
  private SiteListing() {}

  static List<Inspection.Site> sites(AttentionReport report) {
    List<Inspection.Site> all = new ArrayList<>();
    for (AttentionReport.InGraph graph : report.graphs()) {
      int first = all.size();
      graph.report().sites().forEach(site -> all.add(site(site, graph.place(), first)));
      graph.report().fused().forEach(site -> all.add(site(site, graph.place(), first)));
      all.subList(first, all.size()).sort(Comparator.comparingInt(Inspection.Site::number));
    }
    return all;
  }

  static List<NearMiss> notSites(AttentionReport report) {
    List<NearMiss> all = new ArrayList<>();
    for (AttentionReport.InGraph graph : report.graphs()) {
      for (NotASite not : graph.report().notSites()) {
        String node = graph.qualified(not.node().id());
        all.add(new NearMiss(node, not.node().opType(), not.reason()));
      }
    }
    return all;
  }

  private static Inspection.Site site(AttentionSite site, String place, int first) {
    return new Inspection.Site(
        first + site.layer(),
        site.id(),
        site.layer(),
        site.normalisation().node().id(),
        place,
        site.kind(),
        site.normaliser().label(),
        gate(site.gate()),
        site.scores().mask().isPresent() ? "masked" : "no mask",
        site.scores().scaled(),
        site.normalisation().probs(),
        site.projections().value(),
        site.context().merged());
  }

  private static Inspection.Site site(FusedSite site, String place, int first) {
    return new Inspection.Site(
        first + site.layer(),
        site.id(),
        site.layer(),
        site.node().id(),
        place,
        site.node().opType(),
        site.normaliser().label(),
        gate(site.gate()),
        "one operator",
        "",
        "",
        "",
        site.node().output(0));
  }

  private static String gate(Optional<SiteGate> gate) {
    return gate.map(SiteGate::kind).orElse("none");
  }
}
