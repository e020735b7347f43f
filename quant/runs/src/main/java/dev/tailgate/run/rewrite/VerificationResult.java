package dev.tailgate.run.rewrite;

import dev.tailgate.quant.score.MetricScore;
import dev.tailgate.quant.site.SiteCheck;
import java.util.List;

/**
 * How a rewritten model compares with its original on the same data.
 *
 * @param sites the rewritten sites, by number
 * @param before task metric of the original; empty for data without labels
 * @param after task metric of the rewritten model
 * @param agreement of the rewritten model's outputs with the original's
 * @param samples that both models ran on
 * @param data what the samples are
 * @param synthetic whether they were made up, so that only differences mean anything
 * @param notes what was not compared, and why
 */
public record VerificationResult(
    List<SiteCheck> sites,
    List<MetricScore> before,
    List<MetricScore> after,
    List<MetricScore> agreement,
    long samples,
    String data,
    boolean synthetic,
    List<String> notes) {
  /** Copies the lists. */
  public VerificationResult {
    sites = List.copyOf(sites);
    before = List.copyOf(before);
    after = List.copyOf(after);
    agreement = List.copyOf(agreement);
    notes = List.copyOf(notes);
  }
}
