package dev.tailgate.quant.weights;

import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.ElementReader;
import dev.tailgate.quant.scheme.GridRule;
import dev.tailgate.quant.scheme.ScaleRuns;
import dev.tailgate.quant.scheme.TensorScheme;
import dev.tailgate.stats.Range;
import java.util.stream.IntStream;

/**
 * Finds for each scale of a weight the range with the least squared error, in one pass over its
 * storage. Candidates are spread over the processors; what each sums up, and so the result, does
 * not depend on their number. Of equal errors the smallest range wins. Sums are float32: errors
 * within some 1e-5 of each other count as equal.
 */
final class WeightMseSearch {
  private static final int PARALLEL_FROM = 1 << 12;

  private final TensorScheme scheme;
  private final WeightRange.Mse search;
  private final ScaleRuns runs;
  private final ScaleRanges ranges;
  private final float[] scales;
  private final int[] zeroPoints;
  private final CandidateErrors[] candidates;
  private int base;
  private int opened;
  private long position;

  /** Results are put into {@code scales} and {@code zeroPoints}. */
  WeightMseSearch(
      TensorScheme settled,
      WeightRange.Mse search,
      ScaleRuns runs,
      ScaleRanges ranges,
      float[] scales,
      int[] zeroPoints) {
    this.scheme = settled;
    this.search = search;
    this.runs = runs;
    this.ranges = ranges;
    this.scales = scales;
    this.zeroPoints = zeroPoints;
    this.candidates = new CandidateErrors[search.candidates()];
    for (int i = 0; i < candidates.length; i++) {
      int step = i + 1;
      candidates[i] = new CandidateErrors(scheme, range -> candidate(range, step));
    }
  }

  void run(ConstantTensor weight) {
    ElementReader.forEachChunk(weight, this::accept);
  }

  private void accept(float[] values, int count) {
    if (ranges.notFinite() > 0) {
      // Zeros are on every grid and add no error.
      for (int i = 0; i < count; i++) {
        values[i] = Float.isFinite(values[i]) ? values[i] : 0;
      }
    }
    int from = opened;
    runs.forEach(
        position,
        count,
        (start, end, scale, step) ->
            opened = Math.max(opened, scale + 1 + step * (end - start - 1)));
    Range[] fresh = new Range[opened - from];
    for (int i = 0; i < fresh.length; i++) {
      fresh[i] = ranges.of(from + i);
    }
    IntStream each = IntStream.range(0, candidates.length);
    (count < PARALLEL_FROM ? each : each.parallel())
        .forEach(
            i -> {
              candidates[i].open(fresh);
              candidates[i].accept(values, position, count, runs, base);
            });
    position += count;
    settle(runs.firstOpen(position));
  }

  /** Chooses for the scales before {@code firstOpen}, of which no more values will come. */
  private void settle(int firstOpen) {
    int done = firstOpen - base;
    for (int g = 0; g < done; g++) {
      int best = 0;
      for (int i = 1; i < candidates.length; i++) {
        best = candidates[i].error(g) < candidates[best].error(g) ? i : best;
      }
      Range range = ranges.of(base + g);
      Range chosen = range.absMax() == 0 ? range : candidate(range, best + 1);
      GridRule.Grid grid = GridRule.grid(scheme, chosen);
      scales[base + g] = grid.scale();
      zeroPoints[base + g] = grid.zeroPoint();
    }
    if (done > 0) {
      for (CandidateErrors candidate : candidates) {
        candidate.close(done);
      }
      base = firstOpen;
    }
  }

  private Range candidate(Range range, int step) {
    double largest = range.absMax();
    double top = (largest + search.margin()) * step / search.candidates();
    if (scheme.symmetric()) {
      return new Range(range.min() < 0 ? -top : 0, top);
    }
    Range wide = range.includeZero();
    double factor = largest == 0 ? 0 : top / largest;
    return new Range(wide.min() * factor, wide.max() * factor);
  }
}
