package dev.tailgate.result.compare;

import java.util.List;

/**
 * What Softmax1 does to one pair of a family, or to several in the mean.
 *
 * @param name such as {@code opt clipped}
 * @param pairs how many pairs it is the mean of
 * @param seeds seeds both methods have, ascending
 * @param kurtosis of average kurtosis
 * @param infNorm of maximum infinity norm
 */
public record PairChange(
    String name, int pairs, List<Integer> seeds, SeedChange kurtosis, SeedChange infNorm) {
  /** Copies the list. */
  public PairChange {
    seeds = List.copyOf(seeds);
  }

  /** The mean of pairs over the same seeds. */
  static PairChange meanOf(String name, List<PairChange> pairs) {
    return new PairChange(
        name,
        pairs.size(),
        pairs.get(0).seeds(),
        SeedChange.meanOf(pairs.stream().map(PairChange::kurtosis).toList()),
        SeedChange.meanOf(pairs.stream().map(PairChange::infNorm).toList()));
  }
}
