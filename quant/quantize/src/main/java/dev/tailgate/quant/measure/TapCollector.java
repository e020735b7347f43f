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
    mergeRows(geometry, slices);
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
    for (int s = 0; s < geometry.slices(); s++) {
      float value = geometry.valid(s) ? extreme(slices, s) : 0;
      if (geometry.valid(s) && statistics.absMax().counts(Math.abs(value))) {
        int channel = channel(value < 0 ? mins : maxs, value);
        statistics.absMax().accept(value, geometry.sample(s), geometry.token(s), channel);
      }
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

  private void mergeRows(SliceGeometry geometry, FloatBuffer slices) {
    int n = geometry.channels();
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
          rowMax = Math.max(rowMax, Math.abs(extreme(slices, s)));
        }
      }
      statistics.acceptRow(row, rowMax);
      statistics.addElements(row.count());
    }
  }

  private static float extreme(FloatBuffer slices, int slice) {
    float min = slices.get(slice * COLUMNS);
    float max = slices.get(slice * COLUMNS + 1);
    return -min > max ? min : max;
  }

  /**
   * The channel of a slice's extreme, by the extremes of the channels in the batch: that which has
   * the value, or the one that reaches least far beyond it.
   */
  private static int channel(float[] extremes, float value) {
    int found = -1;
    for (int i = 0; i < extremes.length; i++) {
      float beyond = Math.abs(extremes[i]) - Math.abs(value);
      boolean isBeyond = beyond >= 0 && (extremes[i] < 0) == (value < 0);
      if (isBeyond && (found < 0 || beyond < Math.abs(extremes[found]) - Math.abs(value))) {
        found = i;
      }
    }
    return found;
  }
}
