package dev.tailgate.lab;

import dev.tailgate.result.lab.Claim;
import dev.tailgate.stats.metric.Interval;
import dev.tailgate.stats.metric.StudentInterval;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Two methods on the same draws: the mean of their differences, one minus the other, with an
 * interval of 95 %.
 *
 * <p>Draws that are independent have Student's interval. The folds of a cross-validation train on
 * mostly the same samples, so their spread alone tells too little; its square is made larger by a
 * factor,
 *
 * <pre>
 *   s^2 (1 / n + tested / trained)      in the place of s^2 / n
 * </pre>
 *
 * <p>Source: Nadeau and Bengio (2003), <a
 * href="https://doi.org/10.1023/A:1024068626366">10.1023/A:1024068626366</a>.
 */
record Comparison(double mean, Interval interval) {
  /** Over independent draws. */
  static Comparison ofDraws(List<Double> one, List<Double> other) {
    return of(one, other, 0);
  }

  /** Over folds, each with {@code tested} samples of which one is tested for {@code trained}. */
  static Comparison ofFolds(List<Double> one, List<Double> other, double tested, double trained) {
    return of(one, other, tested / trained);
  }

  private static Comparison of(List<Double> one, List<Double> other, double overlap) {
    if (one.size() != other.size()) {
      throw new IllegalArgumentException(one.size() + " and " + other.size() + " measurements");
    }
    double[] differences =
        IntStream.range(0, one.size()).mapToDouble(i -> one.get(i) - other.get(i)).toArray();
    double mean = IntStream.range(0, differences.length).mapToDouble(i -> differences[i]).sum();
    mean /= differences.length;
    Interval plain = StudentInterval.of(differences);
    if (plain.isUnknown()) {
      return new Comparison(mean, plain);
    }
    double half = (plain.high() - mean) * Math.sqrt(1 + differences.length * overlap);
    return new Comparison(mean, new Interval(mean - half, mean + half));
  }

  /** Whether no difference is seen: the interval holds 0, or there is none. */
  boolean isSame() {
    return interval.isUnknown() || interval.contains(0);
  }

  /** The claim that the two differ or that no difference is seen, as was found. */
  Claim claim(String same, String differ, String what) {
    return new Claim(
        isSame() ? same : differ,
        isSame() ? Claim.Standing.NO_DIFFERENCE : Claim.Standing.MEASURED,
        what + " differs by " + words(),
        true,
        Optional.empty());
  }

  /** Such as {@code 0.012 (95 % interval -0.034 to 0.058)}. */
  String words() {
    return Words.number(mean)
        + " (95 % interval "
        + Words.number(interval.low())
        + " to "
        + Words.number(interval.high())
        + ")";
  }
}
