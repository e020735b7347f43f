package dev.tailgate.quant.contest;

/**
 * Watches a contest. Keeps sums rather than tensors, so that memory does not grow with the batches;
 * sums that are {@linkplain dev.tailgate.stats.Accumulator accumulators} can be merged with those
 * of another observer over other batches.
 */
@FunctionalInterface
public interface Observer {
  /** Sees one round; called from the thread that runs the contest, in the order of the batches. */
  void accept(Round round);
}
