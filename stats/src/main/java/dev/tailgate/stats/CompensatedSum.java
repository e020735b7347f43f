package dev.tailgate.stats;

/**
 * A sum of doubles whose rounding error does not grow with the number of terms.
 *
 * <p>Neumaier's variant of Kahan summation: next to the running sum it carries the low-order part
 * that each addition lost, so the result is within about 2 ulp of the exact sum plus a term of
 * second order in the machine epsilon. That is what makes means over rows independent of how rows
 * were batched.
 *
 * <p>Edges: empty gives 0; once the running sum is infinite or NaN that value is the result.
 *
 * <p>Source: A. Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen",
 * ZAMM 54 (1974), <a href="https://doi.org/10.1002/zamm.19740540106">10.1002/zamm.19740540106</a>.
 */
public final class CompensatedSum implements Accumulator<CompensatedSum> {

  private double sum;
  private double lost;

  private CompensatedSum() {}

  /** Returns an empty sum. */
  public static CompensatedSum create() {
    return new CompensatedSum();
  }

  /** Adds one term. */
  public void add(double term) {
    double next = sum + term;
    if (Math.abs(sum) >= Math.abs(term)) {
      lost += (sum - next) + term;
    } else {
      lost += (term - next) + sum;
    }
    sum = next;
  }

  @Override
  public void combine(CompensatedSum other) {
    double otherSum = other.sum;
    double otherLost = other.lost;
    add(otherSum);
    lost += otherLost;
  }

  /** The sum of all terms so far. */
  public double value() {
    // After an overflow or an infinite term the lost part is NaN and means nothing.
    return Double.isFinite(sum) ? sum + lost : sum;
  }
}
