package dev.tailgate.quant.bench;

import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.quant.data.Batch;
import dev.tailgate.quant.data.DataRequest;
import dev.tailgate.quant.data.DataSource;
import dev.tailgate.quant.data.DataSpec;
import dev.tailgate.quant.data.FormatOptions;
import dev.tailgate.quant.data.ImageOptions;
import dev.tailgate.quant.data.ImagePreset;
import dev.tailgate.quant.data.SeriesOptions;
import dev.tailgate.quant.data.Shard;
import dev.tailgate.quant.data.open.DataSources;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Times a data source by itself: arguments MODEL DATA SAMPLES [IMAGE-PRESET]. The model is not run.
 */
public final class ReadingBench {
  private static final int RUNS = 4;

  private ReadingBench() {}

  public static void main(String[] args) {
    OnnxModel model = OnnxModel.load(Path.of(args[0]));
    ImagePreset preset =
        args.length > 3 ? ImagePreset.valueOf(args[3].toUpperCase(Locale.ROOT)) : ImagePreset.PLAIN;
    DataRequest request =
        new DataRequest(
            Optional.of(DataSpec.parse(args[1])),
            Optional.empty(),
            Integer.parseInt(args[2]),
            32,
            128,
            0,
            Optional.empty(),
            Optional.empty(),
            Shard.WHOLE,
            new FormatOptions(Map.of(), ImageOptions.of(preset), SeriesOptions.DEFAULT, 0),
            DataRequest.Purpose.EVALUATION);
    for (int run = 0; run < RUNS; run++) {
      long start = System.nanoTime();
      DataSource source = DataSources.open(model, request);
      long opened = System.nanoTime();
      long bytes = 0;
      for (Iterator<Batch> batches = source.batches(); batches.hasNext(); ) {
        bytes +=
            batches.next().inputs().values().stream().mapToLong(t -> t.data().remaining()).sum();
      }
      double seconds = (System.nanoTime() - opened) / 1e9;
      System.out.printf(
          Locale.ROOT,
          "opened in %.0f ms, %d samples in %.3f s: %.0f samples/s, %.0f MB/s of input%n",
          (opened - start) / 1e6,
          source.samples(),
          seconds,
          source.samples() / seconds,
          bytes / seconds / 1e6);
      if (run == RUNS - 1) {
        System.out.println(source.description());
      }
    }
  }
}
