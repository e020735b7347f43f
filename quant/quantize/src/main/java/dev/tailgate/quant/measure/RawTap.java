package dev.tailgate.quant.measure;

import dev.tailgate.data.Batch;
import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.stats.Moments;
import dev.tailgate.stats.TapStatistics;
import java.util.Arrays;

/**
 * The slow, exact way for activations that hold NaN, infinities, or values whose fourth power
 * overflows: every element is looked at in doubles, what is not finite is counted apart, and the
 * rest is measured as if it were not there.
 */
final class RawTap {
  private RawTap() {}

  static void accept(TapCollector collector, Batch batch, Tensor raw) {
    SliceGeometry geometry = collector.geometry(batch, raw.shape());
    float[] values = Elements.toFloats(raw);
    TapStatistics statistics = collector.statistics();
    float[] mins = new float[geometry.channels()];
    float[] maxs = new float[geometry.channels()];
    Arrays.fill(mins, Float.POSITIVE_INFINITY);
    Arrays.fill(maxs, Float.NEGATIVE_INFINITY);
    for (int start = 0; start < geometry.slices(); start += geometry.rowLength()) {
      Moments row = Moments.create();
      float rowMax = 0;
      for (int s = start; s < start + geometry.rowLength(); s++) {
        for (int c = 0; c < geometry.channels() && geometry.valid(s); c++) {
          float x = values[s * geometry.channels() + c];
          if (!statistics.nonFinite().accept(x, geometry.sample(s))) {
            row.accept(x);
            rowMax = Math.max(rowMax, Math.abs(x));
            mins[c] = Math.min(mins[c], x);
            maxs[c] = Math.max(maxs[c], x);
            statistics.absMax().accept(x, geometry.sample(s), geometry.token(s), c);
          }
        }
      }
      statistics.acceptRow(row, rowMax);
      statistics.addElements(row.count());
      statistics.addOutliersBeyond6Sigma(beyond(values, geometry, start, row));
    }
    if (maxs.length > 0 && Float.isFinite(maxs[0])) {
      statistics.channels().accept(mins, maxs);
    }
  }

  private static long beyond(float[] values, SliceGeometry geometry, int start, Moments row) {
    double limit = 6 * Math.sqrt(row.populationVariance());
    long count = 0;
    for (int s = start; s < start + geometry.rowLength(); s++) {
      for (int c = 0; c < geometry.channels() && geometry.valid(s); c++) {
        float x = values[s * geometry.channels() + c];
        if (Float.isFinite(x) && Math.abs(x - row.mean()) > limit) {
          count++;
        }
      }
    }
    return count;
  }
}
