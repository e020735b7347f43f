package dev.tailgate.run.evidence;

import dev.tailgate.result.TokenShare;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * An amount and a count for each token position and token id, and which of them stands out: that
 * whose share of the amount exceeds its share of the count most. Of equals a position comes before
 * an id, and the smaller index before the larger.
 */
final class TokenSums {
  private record Key(TokenShare.Kind kind, long index) {}

  private static final class Sum {
    double amount;
    double count;
  }

  private static final Comparator<TokenShare> MOST_IN_EXCESS =
      Comparator.comparingDouble(TokenShare::excess)
          .thenComparing(TokenShare::kind, Comparator.reverseOrder())
          .thenComparing(TokenShare::index, Comparator.reverseOrder());

  private final Map<Key, Sum> sums = new HashMap<>();

  /** Adds to what has {@code index}. */
  void add(TokenShare.Kind kind, long index, double amount, double count) {
    if (index >= 0) {
      Sum sum = sums.computeIfAbsent(new Key(kind, index), k -> new Sum());
      sum.amount += amount;
      sum.count += count;
    }
  }

  /** Amount by count of what has {@code index}; NaN for nothing. */
  double mean(TokenShare.Kind kind, long index) {
    Sum sum = sums.get(new Key(kind, index));
    return sum == null ? Double.NaN : sum.amount / sum.count;
  }

  /** What stands out, of an amount and a count in all. */
  Optional<TokenShare> standsOut(double amount, double count) {
    return sums.entrySet().stream()
        .map(
            e ->
                new TokenShare(
                    e.getKey().kind(),
                    e.getKey().index(),
                    e.getValue().amount / amount,
                    e.getValue().count / count))
        .filter(share -> Double.isFinite(share.excess()))
        .max(MOST_IN_EXCESS);
  }
}
