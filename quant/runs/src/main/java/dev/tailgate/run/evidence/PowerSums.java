package dev.tailgate.run.evidence;

/**
 * Sums of the first four powers of {@code x - c} about a provisional centre {@code c}, in doubles,
 * from which the fourth moment about any mean follows:
 *
 * <pre>
 *   sum (x - m)^4 = s4 - 4 d s3 + 6 d^2 s2 - 4 d^3 s1 + n d^4   with d = m - c
 * </pre>
 *
 * With {@code c} near {@code m} little cancels.
 */
final class PowerSums {
  private long n;
  private double s1;
  private double s2;
  private double s3;
  private double s4;

  /** Takes {@code x - c}. */
  void accept(double d) {
    double d2 = d * d;
    n++;
    s1 += d;
    s2 += d2;
    s3 += d2 * d;
    s4 += d2 * d2;
  }

  /** Takes what another about the same centre has. */
  void add(PowerSums other) {
    n += other.n;
    s1 += other.s1;
    s2 += other.s2;
    s3 += other.s3;
    s4 += other.s4;
  }

  long count() {
    return n;
  }

  /** Mean of {@code x - c}. */
  double mean() {
    return s1 / n;
  }

  /** {@code sum (x - m)^2} with {@code d = m - c}. */
  double second(double d) {
    return s2 - 2 * d * s1 + n * d * d;
  }

  /** {@code sum (x - m)^4} with {@code d = m - c}; not below 0, which rounding could give. */
  double fourth(double d) {
    return Math.max(0, s4 - 4 * d * s3 + 6 * d * d * s2 - 4 * d * d * d * s1 + n * d * d * d * d);
  }
}
