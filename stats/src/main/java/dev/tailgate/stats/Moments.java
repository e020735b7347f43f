package dev.tailgate.stats;

import java.util.Objects;

/**
 * Count, mean and the sums of the second, third and fourth central powers, mergeable.
 *
 * <p>With {@code n} values {@code x_i} and mean {@code mu}: {@code M_k = sum_i (x_i - mu)^k}. Two
 * parts A and B merge, with {@code delta = mu_B - mu_A} and {@code n = n_A + n_B}, by
 *
 * <pre>
 * mu = mu_A + delta n_B / n
 * M2 = M2_A + M2_B + delta^2 n_A n_B / n
 * M3 = M3_A + M3_B + delta^3 n_A n_B (n_A - n_B) / n^2 + 3 delta (n_A M2_B - n_B M2_A) / n
 * M4 = M4_A + M4_B + delta^4 n_A n_B (n_A^2 - n_A n_B + n_B^2) / n^3
 *      + 6 delta^2 (n_A^2 M2_B + n_B^2 M2_A) / n^2 + 4 delta (n_A M3_B - n_B M3_A) / n
 * </pre>
 *
 * <p>Sources: Chan, Golub and LeVeque (1983), <a
 * href="https://doi.org/10.1080/00031305.1983.10483115">10.1080/00031305.1983.10483115</a>, for M2;
 * P. Pébay, Sandia report SAND2008-6212 (2008), <a
 * href="https://doi.org/10.2172/1028931">10.2172/1028931</a>, for M3 and M4.
 *
 * <p>All arithmetic is in doubles. Values of float32 magnitude cannot overflow it: the fourth power
 * of the largest float is about 1.3e154. Non-finite values are refused, so that they cannot poison
 * the sums; count them with {@link NonFinite}.
 */
public final class Moments implements Accumulator<Moments> {

  /** Added to the fourth power of the standard deviation by {@link #paperKurtosis()}. */
  static final double PAPER_EPSILON = 1e-6;

  private long count;
  private double mean;
  private double m2;
  private double m3;
  private double m4;

  private Moments() {}

  /** Returns moments of nothing. */
  public static Moments create() {
    return new Moments();
  }

  /**
   * Returns the moments of {@code n} values given by their mean and sums of central powers.
   *
   * @throws IllegalArgumentException as {@link #addSlice}
   */
  public static Moments ofCentralSums(long n, double mean, double m2, double m3, double m4) {
    Moments moments = new Moments();
    moments.addSlice(n, mean, m2, m3, m4);
    return moments;
  }

  /** Adds one value. Throws {@link IllegalArgumentException} if it is NaN or infinite. */
  public void accept(double x) {
    if (!Double.isFinite(x)) {
      throw new IllegalArgumentException(
          "Adding a value to moments: expected a finite value, found " + x);
    }
    merge(1, x, 0, 0, 0);
  }

  /**
   * Adds {@code values[from..to)} by a two-pass computation, which is both faster and more accurate
   * than adding the values one by one. Either all values are added or, on an exception, none.
   *
   * @throws IllegalArgumentException if one of the values is NaN or infinite
   */
  public void acceptAll(float[] values, int from, int to) {
    Objects.checkFromToIndex(from, to, values.length);
    if (from == to) {
      return;
    }
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += values[i];
    }
    // Finite floats cannot overflow a double sum, so this finds every NaN and infinity.
    if (!Double.isFinite(sum)) {
      throw nonFiniteIn(values, from, to);
    }
    int n = to - from;
    double center = sum / n;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    double s4 = 0;
    for (int i = from; i < to; i++) {
      double d = values[i] - center;
      double square = d * d;
      s1 += d;
      s2 += square;
      s3 += square * d;
      s4 += square * square;
    }
    // The rounding of the mean leaves a first moment of s1; this is Chan et al (1983) equation 1.7.
    s2 -= s1 * s1 / n;
    merge(n, center, Math.max(s2, 0), s3, s4);
  }

  private static IllegalArgumentException nonFiniteIn(float[] values, int from, int to) {
    int at = from;
    while (at < to - 1 && Float.isFinite(values[at])) {
      at++;
    }
    return new IllegalArgumentException(
        "Adding values to moments: expected finite values, found "
            + values[at]
            + " at index "
            + at);
  }

  /**
   * Adds a slice of {@code n} values given by its mean and sums of central powers, without
   * allocating. A slice of no values adds nothing.
   *
   * @throws IllegalArgumentException if {@code n}, {@code m2} or {@code m4} is negative or a number
   *     is NaN or infinite
   */
  public void addSlice(long n, double mean, double m2, double m3, double m4) {
    if (n == 0) {
      return;
    }
    // Written so that NaN fails: a comparison with NaN is false.
    boolean valid =
        n > 0
            && m2 >= 0
            && m4 >= 0
            && Double.isFinite(mean)
            && Double.isFinite(m2)
            && Double.isFinite(m3)
            && Double.isFinite(m4);
    if (!valid) {
      throw new IllegalArgumentException(
          "Adding a slice to moments: expected n >= 0, M2 >= 0, M4 >= 0 and finite numbers, found n="
              + n
              + " mean="
              + mean
              + " M2="
              + m2
              + " M3="
              + m3
              + " M4="
              + m4);
    }
    merge(n, mean, m2, m3, m4);
  }

  @Override
  public void combine(Moments other) {
    if (other.count > 0) {
      merge(other.count, other.mean, other.m2, other.m3, other.m4);
    }
  }

  private void merge(long n, double meanB, double m2B, double m3B, double m4B) {
    if (count == 0) {
      count = n;
      mean = meanB;
      m2 = m2B;
      m3 = m3B;
      m4 = m4B;
      return;
    }
    double nA = count;
    double nB = n;
    double delta = meanB - mean;
    double step = delta / (nA + nB);
    double step2 = step * step;
    // Pébay (2008), pairwise update; M4 first, since it reads the old M3 and M2.
    m4 +=
        m4B
            + delta * step * step2 * nA * nB * (nA * nA - nA * nB + nB * nB)
            + 6 * step2 * (nA * nA * m2B + nB * nB * m2)
            + 4 * step * (nA * m3B - nB * m3);
    m3 += m3B + delta * step2 * nA * nB * (nA - nB) + 3 * step * (nA * m2B - nB * m2);
    m2 += m2B + delta * step * nA * nB;
    mean += step * nB;
    count += n;
  }

  /** Forgets everything, so that one object can serve row after row. */
  public void reset() {
    count = 0;
    mean = 0;
    m2 = 0;
    m3 = 0;
    m4 = 0;
  }

  /** Returns an independent copy. */
  public Moments copy() {
    Moments copy = new Moments();
    copy.combine(this);
    return copy;
  }

  /** The number of values. */
  public long count() {
    return count;
  }

  /** The arithmetic mean; NaN when empty. */
  public double mean() {
    return count == 0 ? Double.NaN : mean;
  }

  /** M2, the sum of squared deviations from the mean; 0 when empty. */
  public double sumOfSquares() {
    return m2;
  }

  /** M3, the sum of cubed deviations from the mean; 0 when empty. */
  public double m3Sum() {
    return m3;
  }

  /** M4, the sum of fourth powers of deviations from the mean; 0 when empty. */
  public double m4Sum() {
    return m4;
  }

  /** {@code M2 / n}; NaN when empty. */
  public double populationVariance() {
    return count == 0 ? Double.NaN : m2 / count;
  }

  /** {@code M2 / (n - 1)}; NaN for fewer than two values. */
  public double sampleVariance() {
    return count < 2 ? Double.NaN : m2 / (count - 1);
  }

  /**
   * Population excess kurtosis (Fisher), {@code n M4 / M2^2 - 3}: 0 for a Gaussian, at least -2.
   * NaN when empty or when all values are equal, where the ratio is 0/0. Dimensionless.
   */
  public double excessKurtosis() {
    return count * m4 / (m2 * m2) - 3;
  }

  /**
   * Kurtosis as the outlier papers' code computes it, {@code K = m4 / (s^4 + 1e-6)}, with the
   * population moment {@code m4 = M4 / d} and the standard deviation with Bessel's correction,
   * {@code s^2 = M2 / (d - 1)}. Not an excess: a Gaussian gives about {@code 3 ((d - 1) / d)^2}.
   * Dimensionless but for the 1e-6, which damps rows whose standard deviation is below about 0.1.
   *
   * <p>Edges: equal values give 0; empty gives NaN; a single value gives NaN, since Bessel's
   * correction divides by zero, as it does in that code. {@link RowKurtosis} counts such rows
   * apart.
   *
   * <p>Source: the published code of arXiv 2306.12929, followed by that of arXiv 2404.03828.
   */
  public double paperKurtosis() {
    double s2 = sampleVariance();
    return m4 / count / (s2 * s2 + PAPER_EPSILON);
  }
}
