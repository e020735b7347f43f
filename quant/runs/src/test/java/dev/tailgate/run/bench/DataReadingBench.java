package dev.tailgate.run.bench;

import dev.tailgate.data.Batch;
import dev.tailgate.data.DataRequest;
import dev.tailgate.data.DataSource;
import dev.tailgate.data.DataSpec;
import dev.tailgate.data.FormatOptions;
import dev.tailgate.data.Shard;
import dev.tailgate.data.open.DataSources;
import dev.tailgate.onnx.ir.OnnxModel;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Locale;
import java.util.Optional;

/**
 * Samples a second of data sources, read in batches of 32 that no model runs: the time to open
 * them, the first pass, in file order and shuffled, and the heap in use at its end. Files of some
 * hundred thousand rows show whether that is bounded.
 *
 * <p>Arguments: MODEL TOKENIZER SAMPLES DATA...
 */
public final class DataReadingBench {
  private DataReadingBench() {}

  public static void main(String[] args) {
    OnnxModel model = OnnxModel.load(Path.of(args[0]));
    for (int i = 3; i < args.length; i++) {
      for (boolean shuffle : new boolean[] {false, true, false, true}) {
        read(model, args, DataSpec.parse(args[i]), shuffle);
      }
    }
  }

  private static void read(OnnxModel model, String[] args, DataSpec data, boolean shuffle) {
    long start = System.nanoTime();
    DataSource source =
        DataSources.open(
            model,
            new DataRequest(
                Optional.of(data),
                Optional.of(Path.of(args[1])),
                Integer.parseInt(args[2]),
                32,
                128,
                0,
                Optional.empty(),
                Optional.of(shuffle),
                Shard.WHOLE,
                FormatOptions.DEFAULT,
                DataRequest.Purpose.EVALUATION));
    long opened = System.nanoTime();
    long samples = 0;
    for (Iterator<Batch> batches = source.batches(); batches.hasNext(); ) {
      samples += batches.next().samples();
    }
    double seconds = (System.nanoTime() - opened) / 1e9;
    Runtime runtime = Runtime.getRuntime();
    System.gc();
    System.out.printf(
        Locale.ROOT,
        "%-9s opened in %.2f s, %d samples in %.2f s: %.0f a second, %d MB heap; %s%n",
        shuffle ? "shuffled" : "in order",
        (opened - start) / 1e9,
        samples,
        seconds,
        samples / seconds,
        (runtime.totalMemory() - runtime.freeMemory()) >> 20,
        source.description());
  }
}
