package dev.tailgate.quant.calibrate;

import dev.tailgate.quant.measure.SliceGeometry;
import dev.tailgate.stats.Range;
import java.util.Arrays;

/**
 * The extremes of the slices of one point in one batch, those of padding left out.
 *
 * @param mins smallest elements
 * @param maxs largest elements
 * @param isFinite whether all sums of slices are
 */
@SuppressWarnings("ArrayRecordComponent") // inside the package, read once
record SliceReading(SliceGeometry geometry, float[] mins, float[] maxs, boolean isFinite) {

  /** Reads the slices from {@code at} on. */
  static SliceReading of(
      SliceGeometry geometry, boolean padded, float[] mins, float[] maxs, float[] sums, int at) {
    float[] realMins = Arrays.copyOfRange(mins, at, at + geometry.slices());
    float[] realMaxs = Arrays.copyOfRange(maxs, at, at + geometry.slices());
    boolean isFinite = true;
    int real = 0;
    for (int s = 0; s < geometry.slices(); s++) {
      if (!padded || geometry.valid(s)) {
        realMins[real] = realMins[s];
        realMaxs[real] = realMaxs[s];
        isFinite &= Float.isFinite(sums[at + s]);
        real++;
      }
    }
    return new SliceReading(
        geometry, Arrays.copyOf(realMins, real), Arrays.copyOf(realMaxs, real), isFinite);
  }

  private float smallest() {
    float smallest = Float.POSITIVE_INFINITY;
    for (float min : mins) {
      smallest = Math.min(smallest, min);
    }
    return smallest;
  }

  private float largest() {
    float largest = Float.NEGATIVE_INFINITY;
    for (float max : maxs) {
      largest = Math.max(largest, max);
    }
    return largest;
  }

  /** Smallest and largest element; empty where there is no good one. */
  Range extremes() {
    float low = smallest();
    float high = largest();
    boolean hasValues = Float.isFinite(low) && Float.isFinite(high) && low <= high;
    // Negative zero would make equal ranges unequal.
    return hasValues ? new Range(low + 0.0, high + 0.0) : Range.EMPTY;
  }

  /** Whether there may be faults among the elements. */
  boolean suspects(boolean scores) {
    return mins.length > 0 && FaultNodes.suspects(smallest(), largest(), isFinite, scores);
  }

  /** Number of elements. */
  long count() {
    return (long) mins.length * geometry.channels();
  }

  /** Number of elements, padding included. */
  long size() {
    return (long) geometry.slices() * geometry.channels();
  }

  /**
   * A value such that the {@code k} smallest elements are below it: with so many slices, each has
   * one at least as small as the k-th smallest minimum. With fewer, no value is known.
   */
  float lowBound(int k) {
    float[] sorted = mins.clone();
    Arrays.sort(sorted);
    return k <= sorted.length ? Math.nextUp(sorted[k - 1]) : Float.POSITIVE_INFINITY;
  }

  /** A value such that the {@code k} largest elements are above it, likewise. */
  float highBound(int k) {
    float[] sorted = maxs.clone();
    Arrays.sort(sorted);
    int length = sorted.length;
    return k <= length ? Math.nextDown(sorted[length - k]) : Float.NEGATIVE_INFINITY;
  }
}
