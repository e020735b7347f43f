package dev.tailgate.quant.score;

import dev.tailgate.data.Batch;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.result.metric.AgreementMetrics;
import dev.tailgate.stats.metric.Bootstrap;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Do two models put the same samples next to each other? For each sample, the fraction of its
 * {@value #NEIGHBOURS} nearest neighbours by cosine (or of all others, where there are fewer) that
 * both models share. Vectors of the first {@value #MOST} samples are kept, later ones are passed
 * over.
 */
final class NeighbourScorer {
  static final int NEIGHBOURS = 10;
  static final int MOST = 4096;

  private final Embeddings.Source output;

  /** By place, so that the order in which batches come does not matter. */
  private final SortedMap<Integer, double[]> reference = new TreeMap<>();

  private final SortedMap<Integer, double[]> test = new TreeMap<>();

  NeighbourScorer(Embeddings.Source output) {
    this.output = output;
  }

  void accept(Batch batch, Map<String, Tensor> expected, Map<String, Tensor> actual) {
    if (Arrays.stream(batch.places()).noneMatch(place -> place < MOST)) {
      return;
    }
    double[][] wanted = Embeddings.of(output, batch, expected);
    double[][] found = Embeddings.of(output, batch, actual);
    for (int s = 0; s < wanted.length; s++) {
      if (batch.place(s) < MOST) {
        reference.put(batch.index(s), wanted[s]);
        test.put(batch.index(s), found[s]);
      }
    }
  }

  MetricScore score() {
    int[][] one = NearestVectors.of(List.copyOf(reference.values()), NEIGHBOURS);
    int[][] other = NearestVectors.of(List.copyOf(test.values()), NEIGHBOURS);
    double[] shared =
        IntStream.range(0, one.length).mapToDouble(s -> shared(one[s], other[s])).toArray();
    return MetricScore.of(
        AgreementMetrics.NEIGHBOUR_AGREEMENT,
        shared.length < 2 ? Double.NaN : Arrays.stream(shared).average().orElse(Double.NaN),
        Bootstrap.ofMean(shared, PairedScores.SEED));
  }

  private static double shared(int[] one, int[] other) {
    long both = Arrays.stream(one).filter(i -> Arrays.stream(other).anyMatch(j -> i == j)).count();
    return one.length == 0 ? 0 : (double) both / one.length;
  }
}
