package dev.tailgate.onnx.method;

import dev.tailgate.onnx.attention.NotASite;
import dev.tailgate.onnx.ir.OnnxModel;
import java.util.List;

/**
 * A rewritten model and what was done to it.
 *
 * @param model the new model; the old one is unchanged
 * @param sites every attention of the old model
 * @param notSites what looks like an attention and is none
 */
public record RewriteResult(OnnxModel model, List<RewrittenSite> sites, List<NotASite> notSites) {
  /** Copies the lists. */
  public RewriteResult {
    sites = List.copyOf(sites);
    notSites = List.copyOf(notSites);
  }

  /** Number of sites that are another now. */
  public int rewritten() {
    return (int) sites.stream().filter(RewrittenSite::isRewritten).count();
  }
}
