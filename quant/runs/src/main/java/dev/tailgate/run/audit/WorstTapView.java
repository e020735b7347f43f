package dev.tailgate.run.audit;

import dev.tailgate.data.Batch;
import dev.tailgate.data.DataSource;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.tap.TapTarget;
import dev.tailgate.onnx.tap.TokenLayout;
import dev.tailgate.result.ChannelPeak;
import dev.tailgate.result.GridRange;
import dev.tailgate.result.HeatMap;
import dev.tailgate.result.TapResult;
import dev.tailgate.result.ValueHistogram;
import dev.tailgate.result.WorstTap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongFunction;

/** Looks at the worst tap itself, for the one sample that holds its largest magnitude. */
final class WorstTapView {
  private static final int BINS = 80;
  private static final int PEAKS = 8;

  private WorstTapView() {}

  /**
   * Runs that sample once more; empty where the sample cannot be told.
   *
   * @param data gives a few samples with the one at a place
   */
  static Optional<WorstTap> look(
      OnnxModel model,
      TapResult tap,
      TapTarget target,
      LongFunction<DataSource> data,
      Optional<GridRange> clipping,
      RunnerOptions options) {
    long sample = tap.absMaxAt().map(p -> p.sample()).orElse(-1L);
    Optional<Batch> batch = batchWith(data.apply(Math.max(0, sample)), Math.max(0, sample));
    if (batch.isEmpty()) {
      return Optional.empty();
    }
    Set<String> wanted = Set.of(tap.tensor());
    Tensor tensor;
    try (ModelRunner runner = ModelRunner.open(model.exposing(wanted), options)) {
      tensor = runner.run(batch.get().inputs(), wanted).values().iterator().next();
    }
    int channels = (int) tensor.dim(-1);
    float[] values = sampleOf(tensor, target, batch.get(), Math.max(0, sample));
    if (values.length == 0) {
      return Optional.empty();
    }
    HeatMap heatMap = HeatMap.pooled(values, values.length / channels, channels);
    return Optional.of(
        new WorstTap(
            tap.tensor(),
            tap.role(),
            tap.layer(),
            Math.max(0, sample),
            heatMap,
            histogram(values),
            clipping,
            peaks(values, channels)));
  }

  private static Optional<Batch> batchWith(DataSource data, long sample) {
    Iterator<Batch> batches = data.batches();
    while (batches.hasNext()) {
      Batch batch = batches.next();
      if (batch.row(sample).isPresent()) {
        return Optional.of(batch);
      }
    }
    return Optional.empty();
  }

  /** Elements of the sample, padding cut off, slice by slice. */
  private static float[] sampleOf(Tensor tensor, TapTarget target, Batch batch, long sample) {
    float[] all = Elements.toFloats(tensor);
    boolean perSample =
        tensor.rank() > 1
            && (tensor.dim(target.tokens().samples()) == batch.rows()
                || target.tokens() instanceof TokenLayout.Flattened);
    int size = perSample ? all.length / batch.rows() : all.length;
    int local = perSample ? batch.row(sample).orElseThrow() : 0;
    float[] values = Arrays.copyOfRange(all, local * size, (local + 1) * size);
    boolean plain = target.rank() <= 3 && !(target.tokens() instanceof TokenLayout.None);
    if (batch.mask().isEmpty() || !plain) {
      return values;
    }
    long[] mask = batch.mask().get().toLongs();
    int tokens = (int) batch.mask().get().dim(-1);
    int channels = (int) tensor.dim(-1);
    float[] real = new float[values.length];
    int kept = 0;
    for (int t = 0; t < tokens && (t + 1) * channels <= values.length; t++) {
      if (mask[local * tokens + t] != 0) {
        System.arraycopy(values, t * channels, real, kept, channels);
        kept += channels;
      }
    }
    return Arrays.copyOf(real, kept);
  }

  private static ValueHistogram histogram(float[] values) {
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    for (float x : values) {
      if (Float.isFinite(x)) {
        min = Math.min(min, x);
        max = Math.max(max, x);
      }
    }
    if (!(min < max)) {
      min = Double.isFinite(min) ? min : 0;
      max = min;
    }
    // Wide enough for the edges to differ in double precision, whatever the magnitude.
    double pad = Math.max(1e-30, Math.max(Math.abs(min), Math.abs(max)) * 1e-9);
    if (max - min < pad * BINS) {
      min -= pad * BINS / 2;
      max += pad * BINS / 2;
    }
    long[] counts = new long[BINS];
    for (float x : values) {
      if (Float.isFinite(x)) {
        int bin = (int) ((x - min) / (max - min) * BINS);
        counts[Math.max(0, Math.min(BINS - 1, bin))]++;
      }
    }
    List<Double> edges = new ArrayList<>();
    List<Long> list = new ArrayList<>();
    for (int i = 0; i <= BINS; i++) {
      edges.add(min + (max - min) * i / BINS);
      if (i < BINS) {
        list.add(counts[i]);
      }
    }
    return new ValueHistogram(edges, list);
  }

  private static List<ChannelPeak> peaks(float[] values, int channels) {
    double[] top = new double[channels];
    for (int i = 0; i < values.length; i++) {
      top[i % channels] = Math.max(top[i % channels], Math.abs(values[i]));
    }
    return ChannelPeak.largest(top, PEAKS);
  }
}
