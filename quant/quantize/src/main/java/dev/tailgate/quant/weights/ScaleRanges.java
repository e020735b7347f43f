package dev.tailgate.quant.weights;

import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.ElementReader;
import dev.tailgate.quant.scheme.ScaleRuns;
import dev.tailgate.stats.Range;
import java.util.Arrays;

/**
 * The range of the values under each scale of a weight, in one pass over its storage. NaN and
 * infinities belong to no range and are counted apart; so are doubles too large for a float32, in
 * which weights are quantized.
 */
final class ScaleRanges {
  private final float[] low;
  private final float[] high;
  private long notFinite;
  private long position;

  private ScaleRanges(int scales) {
    low = new float[scales];
    high = new float[scales];
    Arrays.fill(low, Float.POSITIVE_INFINITY);
    Arrays.fill(high, Float.NEGATIVE_INFINITY);
  }

  static ScaleRanges of(ConstantTensor weight, ScaleRuns runs) {
    ScaleRanges ranges = new ScaleRanges(runs.scales());
    ElementReader.forEachChunk(
        weight,
        (values, count) -> {
          runs.forEach(
              ranges.position,
              count,
              (from, to, scale, step) -> {
                if (step == 0) {
                  ranges.same(values, from, to, scale);
                } else {
                  ranges.each(values, from, to, scale);
                }
              });
          ranges.position += count;
        });
    return ranges;
  }

  private void same(float[] values, int from, int to, int scale) {
    float min = low[scale];
    float max = high[scale];
    for (int i = from; i < to; i++) {
      float value = values[i];
      if (!Float.isFinite(value)) {
        notFinite++;
        continue;
      }
      min = value < min ? value : min;
      max = value > max ? value : max;
    }
    low[scale] = min;
    high[scale] = max;
  }

  private void each(float[] values, int from, int to, int scale) {
    for (int i = from; i < to; i++) {
      float value = values[i];
      if (!Float.isFinite(value)) {
        notFinite++;
        continue;
      }
      int at = scale + i - from;
      low[at] = value < low[at] ? value : low[at];
      high[at] = value > high[at] ? value : high[at];
    }
  }

  /** The range under scale {@code i}, empty where no value is finite. */
  Range of(int i) {
    return low[i] <= high[i] ? new Range(low[i], high[i]) : Range.EMPTY;
  }

  /** The range of all values. */
  Range whole() {
    Range whole = Range.EMPTY;
    for (int i = 0; i < low.length; i++) {
      whole = whole.union(of(i));
    }
    return whole;
  }

  /** Values that are NaN or infinite. */
  long notFinite() {
    return notFinite;
  }
}
