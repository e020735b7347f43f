package dev.tailgate.stats;

/**
 * A statistic that can be filled in parts and merged.
 *
 * <p>Laws: a fresh accumulator is the identity of {@link #combine}; combining two accumulators
 * equals feeding one with both inputs, exactly for counts and extremes and up to rounding for sums;
 * the argument of {@code combine} is left as it was.
 *
 * @param <A> the accumulator's own type
 */
public interface Accumulator<A extends Accumulator<A>> {

  /** Adds everything {@code other} has seen to this accumulator; {@code other} is not changed. */
  void combine(A other);
}
