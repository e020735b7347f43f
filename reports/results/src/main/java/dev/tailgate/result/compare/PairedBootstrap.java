package dev.tailgate.result.compare;

import dev.tailgate.result.RunResult;
import dev.tailgate.result.SampleScores;
import dev.tailgate.stats.metric.Bootstrap;
import dev.tailgate.stats.metric.Interval;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Whether a row differs from the baseline by more than the choice of samples explains: both are
 * evaluated on the same resampled sets, seeds paired in order, and their differences averaged over
 * the pairs. What training with another seed would change is not in the interval.
 */
final class PairedBootstrap {
  private static final long SEED = 0;

  /** Sums of one model of a pair, as arrays for speed. */
  private record Sums(double[] fp, double[] quantized, double[] weights, boolean exponential) {
    static Sums of(SampleScores scores) {
      return new Sums(
          scores.fp().stream().mapToDouble(x -> x).toArray(),
          scores.quantized().stream().mapToDouble(x -> x).toArray(),
          scores.weights().stream().mapToDouble(x -> x).toArray(),
          scores.exponential());
    }

    double metric(double[] sums, int[] drawn) {
      double sum = 0;
      double weight = 0;
      for (int sample : drawn) {
        sum += sums[sample];
        weight += weights[sample];
      }
      return exponential ? Math.exp(sum / weight) : sum / weight;
    }

    double ofQuantized(int[] drawn) {
      return metric(quantized, drawn);
    }

    double cost(int[] drawn) {
      return metric(quantized, drawn) - metric(fp, drawn);
    }
  }

  private record Pair(Sums row, Sums base) {}

  private PairedBootstrap() {}

  /** The difference of two rows whose runs are in the order of their seeds. */
  static Paired of(List<MethodRun> row, List<MethodRun> base) {
    if (row.size() != base.size()) {
      return Paired.not(
          "not paired: " + row.size() + " seeds against " + base.size() + " of the baseline");
    }
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < row.size(); i++) {
      RunResult one = row.get(i).result();
      RunResult other = base.get(i).result();
      Optional<String> obstacle = obstacle(one, other);
      if (obstacle.isPresent()) {
        return Paired.not("not paired: " + obstacle.get());
      }
      pairs.add(
          new Pair(
              Sums.of(one.task().perSample().orElseThrow()),
              Sums.of(other.task().perSample().orElseThrow())));
    }
    int samples = pairs.get(0).row().weights().length;
    ToDoubleFunction<int[]> quantized =
        drawn -> mean(pairs, p -> p.row().ofQuantized(drawn) - p.base().ofQuantized(drawn));
    ToDoubleFunction<int[]> cost =
        drawn -> mean(pairs, p -> p.row().cost(drawn) - p.base().cost(drawn));
    List<Interval> intervals = Bootstrap.intervals(samples, List.of(quantized, cost), SEED);
    int[] all = IntStream.range(0, samples).toArray();
    return new Paired(
        Optional.of(difference(quantized.applyAsDouble(all), intervals.get(0))),
        Optional.of(difference(cost.applyAsDouble(all), intervals.get(1))),
        Optional.empty());
  }

  private static Optional<String> obstacle(RunResult one, RunResult other) {
    Optional<String> hash = one.run().dataSha256();
    if (hash.isEmpty() || other.run().dataSha256().isEmpty()) {
      return Optional.of("a result does not say which samples it is over");
    }
    if (!hash.equals(other.run().dataSha256())) {
      return Optional.of("the samples differ");
    }
    Optional<SampleScores> left = one.task().perSample();
    Optional<SampleScores> right = other.task().perSample();
    if (left.isEmpty() || right.isEmpty()) {
      return Optional.of("a result has no scores by sample");
    }
    SampleScores a = left.get();
    SampleScores b = right.get();
    if (!a.metric().equals(b.metric()) || a.exponential() != b.exponential()) {
      return Optional.of("the metrics differ");
    }
    if (a.weights().isEmpty() || a.weights().size() != b.weights().size()) {
      return Optional.of(
          a.weights().size() + " samples against " + b.weights().size() + " of the baseline");
    }
    return a.quantized().isEmpty() || b.quantized().isEmpty()
        ? Optional.of("a model was not quantized")
        : Optional.empty();
  }

  private static double mean(List<Pair> pairs, ToDoubleFunction<Pair> value) {
    return pairs.stream().mapToDouble(value).average().orElse(Double.NaN);
  }

  private static Paired.Difference difference(double value, Interval interval) {
    return Paired.Difference.of(value, interval.low(), interval.high());
  }
}
