package dev.tailgate.onnx.method;

import dev.tailgate.onnx.attention.AttentionReport;
import dev.tailgate.onnx.attention.AttentionSite;
import dev.tailgate.onnx.attention.FusedSite;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Lists the attentions of one graph, written out or fused, in graph order. */
final class GraphSites {
  private GraphSites() {}

  static List<RewrittenSite> of(AttentionReport report, String place, int firstNumber) {
    List<RewrittenSite> sites = new ArrayList<>();
    for (AttentionSite site : report.sites()) {
      sites.add(
          new RewrittenSite(
              firstNumber + site.layer(),
              site.id(),
              site.normalisation().node().name(),
              place,
              site.kind(),
              site.normaliser(),
              new SiteOutcome.NotSelected()));
    }
    for (FusedSite site : report.fused()) {
      sites.add(
          new RewrittenSite(
              firstNumber + site.layer(),
              site.id(),
              site.node().name(),
              place,
              site.node().opType(),
              site.normaliser(),
              new SiteOutcome.NotSelected()));
    }
    sites.sort(Comparator.comparingInt(RewrittenSite::number));
    return sites;
  }
}
