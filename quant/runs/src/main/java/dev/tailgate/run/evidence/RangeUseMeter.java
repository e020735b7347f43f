package dev.tailgate.run.evidence;

import dev.tailgate.quant.placement.Quantizer;
import dev.tailgate.quant.scheme.GridRule;
import dev.tailgate.quant.scheme.QuantParams;
import dev.tailgate.result.RangeUse;
import dev.tailgate.stats.Range;
import dev.tailgate.stats.TailHistogram;
import java.util.Optional;

/** How a tensor's values lie on its grid, or on one they would get. */
final class RangeUseMeter {
  private static final int BYTE_LEVELS = 256;
  private static final double BELOW = 0.0005;
  private static final double ABOVE = 0.9995;

  private final Optional<Quantizer> quantizer;
  private final TailHistogram histogram = TailHistogram.create();
  private double signal;
  private double noise;
  private long clipped;

  RangeUseMeter(Optional<Quantizer> quantizer) {
    this.quantizer = quantizer.filter(RangeUseMeter::isOneGridATime);
  }

  private static boolean isOneGridATime(Quantizer quantizer) {
    return quantizer instanceof Quantizer.PerToken
        || (quantizer instanceof Quantizer.Fixed fixed && fixed.params().count() == 1);
  }

  /** Takes the elements {@code [from, to)}, one slice. */
  void accept(float[] values, int from, int to) {
    Optional<QuantParams> grid = quantizer.map(q -> grid(q, values, from, to));
    for (int i = from; i < to; i++) {
      if (Float.isFinite(values[i])) {
        histogram.accept(values[i]);
        if (grid.isPresent()) {
          round(values[i], grid.get());
        }
      }
    }
  }

  private void round(float x, QuantParams grid) {
    double error = (double) x - grid.fakeQuant(x, 0);
    signal += (double) x * x;
    noise += error * error;
    // Half a step beyond the last level still rounds to it.
    double half = grid.scale(0) / 2;
    clipped += x < grid.min() - half || x > grid.max() + half ? 1 : 0;
  }

  private static QuantParams grid(Quantizer quantizer, float[] values, int from, int to) {
    if (quantizer instanceof Quantizer.PerToken perToken) {
      double min = 0;
      double max = 0;
      for (int i = from; i < to; i++) {
        min = Float.isFinite(values[i]) ? Math.min(min, values[i]) : min;
        max = Float.isFinite(values[i]) ? Math.max(max, values[i]) : max;
      }
      return GridRule.grid(perToken.scheme(), new Range(min, max)).perTensor();
    }
    return ((Quantizer.Fixed) quantizer).params();
  }

  double min() {
    return histogram.range().min();
  }

  double max() {
    return histogram.range().max();
  }

  RangeUse result() {
    double low = histogram.quantile(BELOW);
    double high = histogram.quantile(ABOVE);
    Optional<QuantParams> fixed =
        quantizer
            .filter(Quantizer.Fixed.class::isInstance)
            .map(q -> ((Quantizer.Fixed) q).params())
            .filter(p -> p.format().isUniform());
    double step;
    int levels = BYTE_LEVELS;
    if (fixed.isPresent()) {
      QuantParams grid = fixed.get();
      step = grid.scale(0);
      levels = (int) (grid.format().highest() - grid.format().lowest()) + 1;
      low = Math.max(low, grid.min());
      high = Math.min(high, grid.max());
    } else {
      step = histogram.range().includeZero().width() / (BYTE_LEVELS - 1);
    }
    double bulk = step > 0 ? Math.min(levels, Math.max(0, high - low) / step + 1) : 1;
    return new RangeUse(
        fixed.isPresent(),
        levels,
        bulk,
        quantizer.map(q -> noise == 0 ? Double.POSITIVE_INFINITY : 10 * Math.log10(signal / noise)),
        quantizer.map(q -> (double) clipped / Math.max(1, histogram.count())));
  }
}
