package dev.tailgate.engine.input;

import java.util.SplittableRandom;

/**
 * The random stream of one sample of one input. It depends on seed, name and sample index alone, so
 * that a sample is the same whatever batch it is in, and whatever other inputs the model has.
 */
public final class SampleRandom {
  private final SplittableRandom random;

  private SampleRandom(long state) {
    this.random = new SplittableRandom(state);
  }

  /** The stream for {@code sample} of {@code stream}, for example an input name. */
  public static SampleRandom of(long seed, String stream, long sample) {
    return new SampleRandom(mix(mix(mix(seed) + stream.hashCode()) + sample));
  }

  /** Uniform in [0, bound). */
  public int nextInt(int bound) {
    return random.nextInt(bound);
  }

  /** Uniform in [0, 1). */
  public double nextDouble() {
    return random.nextDouble();
  }

  /**
   * Standard normal, by Box and Muller's transform in {@link StrictMath}: the library's own sampler
   * may change between Java releases, and recorded results must not.
   */
  public double nextGaussian() {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - random.nextDouble()));
    return radius * StrictMath.cos(2 * StrictMath.PI * random.nextDouble());
  }

  /** Spreads the bits of nearby seeds; constants of the SplitMix64 finaliser (variant 13). */
  private static long mix(long z) {
    long y = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    y = (y ^ (y >>> 27)) * 0x94d049bb133111ebL;
    return y ^ (y >>> 31);
  }
}
