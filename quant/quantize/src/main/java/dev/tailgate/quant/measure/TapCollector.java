package dev.tailgate.quant.measure;

import dev.tailgate.data.Batch;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.tap.TapOutputs;
import dev.tailgate.onnx.tap.TapTarget;
import dev.tailgate.stats.Moments;
import dev.tailgate.stats.TapStatistics;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;

/**
 * Merges the per-slice statistics of one tap, in doubles and in sample order, to rows and to the
 * whole data set. Padding slices are never merged, so the result does not depend on how samples are
 * batched or padded.
 */
final class TapCollector {
  private static final int COLUMNS = 6;

  private final TapOutputs outputs;
  private final boolean rowIsToken;
  private final TapStatistics statistics = TapStatistics.create();
  private final Moments row = Moments.create();

  TapCollector(TapOutputs outputs, boolean rowIsToken) {
    this.outputs = outputs;
    this.rowIsToken = rowIsToken;
  }

  TapOutputs outputs() {
    return outputs;
  }

  TapStatistics statistics() {
    return statistics;
  }

  /**
   * Takes in one batch.
   *
   * @return false, with nothing taken in, when a statistic is not finite: the activation holds NaN
   *     or infinity, or its fourth powers overflow float32; it must then be looked at element by
   *     element
   */
  boolean accept(Batch batch, Map<String, Tensor> results) {
    long[] shape = Results.of(results, outputs.shape()).toLongs();
    OtherBranch.require(shape.length > 0, batch);
    SliceGeometry geometry = geometry(batch, shape);
    if (geometry.isEmpty()) {
      return true;
    }
    FloatBuffer slices = Results.of(results, outputs.slices()).data().asFloatBuffer();
    if (!finite(slices, geometry)) {
      return false;
    }
    int peak = mergeRows(geometry, slices);
    statistics.addOutliersBeyond6Sigma(
        outliers(geometry, Results.of(results, outputs.outliers()).toLongs()));
    float[] mins = new float[0];
    float[] maxs = new float[0];
    if (outputs.channels().isPresent()) {
      FloatBuffer channels = Results.of(results, outputs.channels().get()).data().asFloatBuffer();
      mins = new float[geometry.channels()];
      maxs = new float[geometry.channels()];
      channels.get(mins).get(maxs);
      statistics.channels().accept(mins, maxs);
    }
    if (peak >= 0) {
      float value = extreme(slices, peak);
      int channel = indexOf(value < 0 ? mins : maxs, value);
      statistics.absMax().accept(value, geometry.sample(peak), geometry.token(peak), channel);
    }
    return true;
  }

  /** {@code shape} may lack leading axes, which then have size 1, see {@code FixedRank}. */
  SliceGeometry geometry(Batch batch, long[] shape) {
    TapTarget target = outputs.target();
    long[] whole = new long[Math.max(target.rank(), shape.length)];
    Arrays.fill(whole, 1);
    System.arraycopy(shape, 0, whole, whole.length - shape.length, shape.length);
    return new SliceGeometry(target, whole, batch, rowIsToken);
  }

  /** The sum over slices that count; first come their numbers, then how many each holds. */
  private static long outliers(SliceGeometry geometry, long[] bySlice) {
    int found = bySlice.length / 2;
    long sum = 0;
    for (int i = 0; i < found; i++) {
      sum += geometry.valid(Math.toIntExact(bySlice[i])) ? bySlice[found + i] : 0;
    }
    return sum;
  }

  private static boolean finite(FloatBuffer slices, SliceGeometry geometry) {
    for (int s = 0; s < geometry.slices(); s++) {
      // The fourth moment overflows first, and NaN anywhere in the slice reaches it.
      if (geometry.valid(s) && !Float.isFinite(slices.get(s * COLUMNS + 5))) {
        return false;
      }
    }
    return true;
  }

  /** Returns the slice with the largest magnitude, the first of them on ties; -1 for no slices. */
  private int mergeRows(SliceGeometry geometry, FloatBuffer slices) {
    int n = geometry.channels();
    int peak = -1;
    float peakMagnitude = -1;
    for (int start = 0; start < geometry.slices(); start += geometry.rowLength()) {
      row.reset();
      float rowMax = 0;
      for (int s = start; s < start + geometry.rowLength(); s++) {
        if (geometry.valid(s)) {
          int at = s * COLUMNS;
          row.addSlice(
              n,
              slices.get(at + 2),
              (double) n * slices.get(at + 3),
              (double) n * slices.get(at + 4),
              (double) n * slices.get(at + 5));
          float magnitude = Math.abs(extreme(slices, s));
          rowMax = Math.max(rowMax, magnitude);
          if (magnitude > peakMagnitude) {
            peakMagnitude = magnitude;
            peak = s;
          }
        }
      }
      statistics.acceptRow(row, rowMax);
      statistics.addElements(row.count());
    }
    return peak;
  }

  private static float extreme(FloatBuffer slices, int slice) {
    float min = slices.get(slice * COLUMNS);
    float max = slices.get(slice * COLUMNS + 1);
    return -min > max ? min : max;
  }

  private static int indexOf(float[] values, float value) {
    for (int i = 0; i < values.length; i++) {
      if (values[i] == value) {
        return i;
      }
    }
    return -1;
  }
}
