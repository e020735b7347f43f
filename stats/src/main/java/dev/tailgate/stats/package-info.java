/**
 * Mergeable accumulators for activation statistics.
 *
 * <p>Every accumulator holds sums in doubles, can be fed in pieces and combined with another of its
 * kind, and gives the same answer however the data was cut: bit-equal for counts and extremes,
 * within 1e-9 relative for sums. NaN and infinities are counted apart and never enter a sum. None
 * of the accumulators is thread-safe: fill one per thread and combine them in batch order, so that
 * a run repeats bit for bit.
 */
@NullMarked
package dev.tailgate.stats;

import org.jspecify.annotations.NullMarked;
