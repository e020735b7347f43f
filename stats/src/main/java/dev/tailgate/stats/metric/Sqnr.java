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
 * pair with a NaN or infinity on either side is left out and counted in {@link #skipped()}.
 */
public final class Sqnr implements Accumulator<Sqnr> {

  private final CompensatedSum signal = CompensatedSum.create();
  private final CompensatedSum noise = CompensatedSum.create();
  private long elements;
  private long skipped;

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
    Pairing.require("SQNR", reference, test, from, to);
    double partSignal = 0;
    double partNoise = 0;
    int used = 0;
    for (int i = from; i < to; i++) {
      double ref = reference[i];
      double error = ref - test[i];
      // The difference is non-finite exactly when one side is: finite floats cannot overflow it.
      if (Double.isFinite(error)) {
        partSignal += ref * ref;
        partNoise += error * error;
        used++;
      }
    }
    signal.add(partSignal);
    noise.add(partNoise);
    elements += used;
    skipped += to - from - used;
  }

  @Override
  public void combine(Sqnr other) {
    signal.combine(other.signal);
    noise.combine(other.noise);
    elements += other.elements;
    skipped += other.skipped;
  }

  /** The ratio in dB. */
  public double value() {
    if (elements == 0) {
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

  /** The number of pairs left out because of a NaN or infinity. */
  public long skipped() {
    return skipped;
  }
}
