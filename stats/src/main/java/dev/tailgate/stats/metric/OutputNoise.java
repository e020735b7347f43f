package dev.tailgate.stats.metric;

import org.apache.commons.math3.util.ResizableDoubleArray;

/**
 * Power of an output's error in parts of the output's, {@code sum (ref - test)^2 / sum ref^2} over
 * the elements of all samples drawn, kept sample by sample. {@link Sqnr} is {@code -10 log10} of
 * it, and the edges are the same ones: 0 for equal outputs, +Infinity for a zero reference with any
 * noise, NaN without an element to compare and for a draw that has a sample whose test is not
 * finite where the reference is.
 */
public final class OutputNoise implements SampledMetric {
  private final ResizableDoubleArray noise = new ResizableDoubleArray();
  private final ResizableDoubleArray signal = new ResizableDoubleArray();
  private final ResizableDoubleArray elements = new ResizableDoubleArray();
  private final MetricSpec spec;
  private long broken;

  /** Without samples yet. */
  public OutputNoise(MetricSpec spec) {
    this.spec = spec;
  }

  /** Adds a sample behind the last. */
  public void accept(float[] reference, float[] test) {
    accept(samples(), reference, test);
  }

  /**
   * Takes in sample {@code index}, from 0, in any order; those before it that are not given have no
   * element.
   */
  public void accept(int index, float[] reference, float[] test) {
    SquaredError sample = SquaredError.of("output error", reference, test, 0, reference.length);
    noise.setElement(index, sample.broken() > 0 ? Double.NaN : sample.noise());
    signal.setElement(index, sample.signal());
    elements.setElement(index, (double) sample.elements());
    broken += sample.broken();
  }

  @Override
  public MetricSpec spec() {
    return spec;
  }

  @Override
  public int samples() {
    return noise.getNumElements();
  }

  @Override
  public double value(int[] drawn) {
    double y = 0;
    double x = 0;
    double count = 0;
    for (int sample : drawn) {
      y += noise.getElement(sample);
      x += signal.getElement(sample);
      count += elements.getElement(sample);
    }
    return count > 0 && y == 0 ? 0 : y / x;
  }

  /** The ratio in dB; NaN where there is none. */
  public double sqnr() {
    return -10 * Math.log10(value());
  }

  /** The number of values that are not finite although the reference's are. */
  public long broken() {
    return broken;
  }
}
