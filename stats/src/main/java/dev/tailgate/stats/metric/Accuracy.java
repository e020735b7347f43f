package dev.tailgate.stats.metric;

import dev.tailgate.stats.Accumulator;

/**
 * Fraction of correct predictions, with Wilson's score interval; higher is better.
 *
 * <p>{@code value = k / n}. The interval at 95 %, with {@code z} the 0.975 quantile of the standard
 * normal distribution, is
 *
 * <pre>
 * (k + z^2 / 2 -+ z sqrt(k (n - k) / n + z^2 / 4)) / (n + z^2)
 * </pre>
 *
 * <p>which unlike the usual normal interval stays in [0, 1] and has width at {@code k = 0} and
 * {@code k = n}. Counts are exact, hence independent of batching. Without data the value is NaN and
 * the interval unknown.
 *
 * <p>Source: E. B. Wilson (1927), <a
 * href="https://doi.org/10.1080/01621459.1927.10502953">10.1080/01621459.1927.10502953</a>.
 */
public final class Accuracy implements Accumulator<Accuracy> {

  private static final double Z = 1.959963984540054;

  private long correct;
  private long total;

  private Accuracy() {}

  /** Returns the accuracy of nothing. */
  public static Accuracy create() {
    return new Accuracy();
  }

  /** Adds one prediction. */
  public void accept(boolean isCorrect) {
    add(isCorrect ? 1 : 0, 1);
  }

  /** Adds {@code ofTotal} predictions, of which {@code moreCorrect} are correct. */
  public void add(long moreCorrect, long ofTotal) {
    if (moreCorrect < 0 || moreCorrect > ofTotal) {
      throw new IllegalArgumentException(
          "Adding predictions: expected 0 <= correct <= total, found correct="
              + moreCorrect
              + " total="
              + ofTotal);
    }
    correct += moreCorrect;
    total += ofTotal;
  }

  @Override
  public void combine(Accuracy other) {
    correct += other.correct;
    total += other.total;
  }

  /** The fraction of correct predictions. */
  public double value() {
    return total == 0 ? Double.NaN : (double) correct / total;
  }

  /** Wilson's 95 % interval. */
  public Interval interval() {
    return wilson(correct, total);
  }

  static Interval wilson(long successes, long trials) {
    if (trials == 0) {
      return Interval.UNKNOWN;
    }
    double z2 = Z * Z;
    double n = trials;
    double centre = successes + z2 / 2;
    double half = Z * Math.sqrt(successes * ((n - successes) / n) + z2 / 4);
    // At the ends the bound is 0 or 1 exactly, which rounding would miss by an ulp.
    double low = successes == 0 ? 0 : (centre - half) / (n + z2);
    double high = successes == trials ? 1 : (centre + half) / (n + z2);
    return new Interval(low, high);
  }

  /** The number of correct predictions. */
  public long correct() {
    return correct;
  }

  /** The number of predictions. */
  public long total() {
    return total;
  }
}
