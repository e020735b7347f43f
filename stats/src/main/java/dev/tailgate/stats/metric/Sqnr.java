package dev.tailgate.stats.metric;

import dev.tailgate.stats.Accumulator;
import dev.tailgate.stats.CompensatedSum;

/**
 * Signal-to-quantization-noise ratio in dB; higher is better.
 *
 * <p>{@code 10 log10(sum ref^2 / sum (ref - test)^2)} over all elements of all samples, float32 in,
 * doubles inside. Compensated sums make it independent of batching to 1e-9 relative in each sum.
 *
 * <p>Edges: equal outputs give +Infinity, a zero reference with any noise -Infinity, nothing NaN. A
 * test output that is NaN or infinite where the reference is finite has no SQNR, which is NaN, and
 * is counted in {@link #broken()}: a model that breaks on one sample must not be judged by the
 * others. Where the reference itself is not finite nothing is compared; {@link #skipped()} counts
 * that.
 */
public final class Sqnr implements Accumulator<Sqnr> {

  private final CompensatedSum signal = CompensatedSum.create();
  private final CompensatedSum noise = CompensatedSum.create();
  private long elements;
  private long skipped;
  private long broken;

  private Sqnr() {}

  /** Returns the ratio of nothing. */
  public static Sqnr create() {
    return new Sqnr();
  }

  /** Adds all elements. */
  public void accept(float[] reference, float[] test) {
    accept(reference, test, 0, reference.length);
  }

  /** Adds the elements {@code [from, to)} of both outputs. */
  public void accept(float[] reference, float[] test, int from, int to) {
    SquaredError part = SquaredError.of("SQNR", reference, test, from, to);
    signal.add(part.signal());
    noise.add(part.noise());
    elements += part.elements();
    skipped += part.skipped();
    broken += part.broken();
  }

  @Override
  public void combine(Sqnr other) {
    signal.combine(other.signal);
    noise.combine(other.noise);
    elements += other.elements;
    skipped += other.skipped;
    broken += other.broken;
  }

  /** The ratio in dB; NaN where there is none. */
  public double value() {
    if (elements == 0 || broken > 0) {
      return Double.NaN;
    }
    double noisePower = noise.value();
    return noisePower == 0
        ? Double.POSITIVE_INFINITY
        : 10 * Math.log10(signal.value() / noisePower);
  }

  /** The number of pairs compared. */
  public long elements() {
    return elements;
  }

  /** The number of pairs left out because the reference is not finite. */
  public long skipped() {
    return skipped;
  }

  /** The number of pairs whose test is not finite although the reference is. */
  public long broken() {
    return broken;
  }
}
