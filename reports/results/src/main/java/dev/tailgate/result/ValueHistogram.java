package dev.tailgate.result;

import java.util.List;

/**
 * Counts of values over adjacent bins; bin i is [edges(i), edges(i+1)), the last one closed.
 *
 * @param edges strictly ascending, one more than there are counts
 * @param counts values in each bin, NaN and infinities left out
 */
public record ValueHistogram(List<Double> edges, List<Long> counts) {
  /** Copies what could change, and refuses what cannot be. */
  public ValueHistogram {
    edges = List.copyOf(edges);
    counts = List.copyOf(counts);
    if (edges.size() != counts.size() + 1) {
      throw new IllegalArgumentException(
          "histogram has "
              + edges.size()
              + " edges and "
              + counts.size()
              + " counts, expected one edge more than counts");
    }
    for (int i = 1; i < edges.size(); i++) {
      if (!(edges.get(i - 1) < edges.get(i))) {
        throw new IllegalArgumentException(
            "histogram edge " + i + " is " + edges.get(i) + ", not above " + edges.get(i - 1));
      }
    }
    for (long count : counts) {
      Require.notNegative("histogram count", count);
    }
  }

  /** All values counted. */
  public long total() {
    return counts.stream().mapToLong(Long::longValue).sum();
  }
}
