package dev.tailgate.result;

import dev.tailgate.stats.metric.Direction;
import java.util.List;
import java.util.Optional;

/**
 * Which parts of a model quantization hurts.
 *
 * @param metric the task metric of the deltas; empty without labels
 * @param direction which way that metric improves
 * @param all damage when everything is quantized
 * @param rows part by part, in the order in which they were planned
 * @param proxies how well the one-pass proxy ranks parts against the damage they do alone
 * @param samples how many samples each number is from
 * @param evaluations models that were run over them
 * @param planned models that would have been run without a limit
 * @param seconds time it took
 */
public record SensitivityResult(
    Optional<String> metric,
    Direction direction,
    Damage all,
    List<SensitivityRow> rows,
    List<ProxyFit> proxies,
    long samples,
    int evaluations,
    int planned,
    double seconds) {
  /** Copies the lists. */
  public SensitivityResult {
    rows = List.copyOf(rows);
    proxies = List.copyOf(proxies);
  }

  /** Whether everything planned was measured. */
  public boolean complete() {
    return evaluations >= planned;
  }

  /**
   * Rank agreement of proxy and damage.
   *
   * @param level of the parts that are ranked
   * @param parts how many there are with both numbers
   * @param spearman Spearman's correlation of the two SQNRs, with its bootstrap interval
   */
  public record ProxyFit(String level, int parts, Score spearman) {}
}
