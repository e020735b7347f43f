package dev.tailgate.run.evidence;

import dev.tailgate.result.SiteEvidence;
import dev.tailgate.result.TokenShare;
import java.util.Optional;

/** Sums over the queries and keys of one head. */
final class HeadSums {
  private final TokenSums mass = new TokenSums();
  private final TokenSums norm = new TokenSums();
  private long queries;
  private double keysSeen;
  private double entropy;
  private long entropies;
  private double passedOn;
  private double normSum;
  private double normCount;
  private long groups;
  private long firstTokenSinks;

  /** Takes the probabilities of one query, {@code p[at...]}, that can see {@code seen} keys. */
  void entropy(float[] p, int at, boolean[] realKeys, int seen) {
    double sum = 0;
    double weighted = 0;
    for (int k = 0; k < realKeys.length; k++) {
      double x = realKeys[k] ? p[at + k] : 0;
      if (x > 0) {
        sum += x;
        weighted += x * Math.log(x);
      }
    }
    if (seen >= 2 && sum > 0) {
      // -sum (x / s) log (x / s) = log s - sum x log x / s
      entropy += (Math.log(sum) - weighted / sum) / Math.log(seen);
      entropies++;
    }
  }

  /**
   * Takes what the keys of one group got.
   *
   * @param masses sums of probabilities by key over {@code count} queries
   * @param norms of the values, that of key 0 at {@code from}
   */
  void keys(
      double[] masses,
      int count,
      Optional<double[]> norms,
      int from,
      boolean[] realKeys,
      long[] ids) {
    queries += count;
    first(masses, count, realKeys);
    double total = 0;
    double weighted = 0;
    int real = 0;
    for (int k = 0; k < masses.length; k++) {
      if (realKeys[k]) {
        mass.add(TokenShare.Kind.POSITION, k, masses[k], count);
        mass.add(TokenShare.Kind.TOKEN_ID, ids[k], masses[k], count);
        real++;
        if (norms.isPresent()) {
          double size = norms.get()[from + k];
          norm.add(TokenShare.Kind.POSITION, k, size, 1);
          norm.add(TokenShare.Kind.TOKEN_ID, ids[k], size, 1);
          total += size;
          weighted += masses[k] * size;
        }
      }
    }
    keysSeen += (double) real * count;
    if (norms.isPresent() && real > 0) {
      normSum += total;
      normCount += real;
      // All values zero pass nothing on.
      passedOn += total == 0 ? 0 : weighted / (total / real);
    }
  }

  /** Whether the first key that is no padding is a sink for this group. */
  private void first(double[] masses, int count, boolean[] realKeys) {
    int first = 0;
    while (first < realKeys.length && !realKeys[first]) {
      first++;
    }
    if (first < realKeys.length) {
      groups++;
      firstTokenSinks += masses[first] / count > SiteEvidence.Head.SINK_ABOVE ? 1 : 0;
    }
  }

  Optional<SiteEvidence.Head> result(int number) {
    if (queries == 0) {
      return Optional.empty();
    }
    // The amount in all is 1 a query; the count in all is one for each query and key.
    Optional<TokenShare> sink = mass.standsOut((double) queries, keysSeen);
    boolean hasNorms = normCount > 0;
    double meanNorm = normSum / normCount;
    return sink.map(
        s ->
            new SiteEvidence.Head(
                number,
                s,
                entropies == 0 ? Optional.empty() : Optional.of(entropy / entropies),
                hasNorms ? Optional.of(passedOn / queries) : Optional.empty(),
                hasNorms && meanNorm > 0
                    ? Optional.of(norm.mean(s.kind(), s.index()) / meanNorm)
                    : Optional.empty(),
                groups == 0 ? Optional.empty() : Optional.of((double) firstTokenSinks / groups)));
  }
}
