package dev.tailgate.quant.score;

import dev.tailgate.data.Batch;
import dev.tailgate.data.DataSource;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.OnnxModel;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Batches with what the float model makes of them. Kept after the first pass if they fit into
 * {@value #MOST_BYTES} bytes, read and computed anew in each pass if not.
 */
final class ReferenceBatches implements AutoCloseable {
  static final long MOST_BYTES = 256L << 20;

  private record Entry(Batch batch, Map<String, Tensor> results) {}

  private final DataSource data;
  private final Set<String> wanted;
  private final String compared;
  private final ModelRunner runner;
  private Optional<List<Entry>> kept = Optional.empty();
  private boolean tooLarge;

  @SuppressWarnings("MustBeClosed") // closed by close()
  ReferenceBatches(
      OnnxModel model,
      DataSource data,
      RunnerOptions options,
      Set<String> wanted,
      String compared) {
    this.data = data;
    this.wanted = wanted;
    this.compared = compared;
    this.runner = ModelRunner.open(model, options);
  }

  /**
   * All outputs in the first pass; later ones have the compared output only, where they are kept.
   */
  void forEach(BiConsumer<Batch, Map<String, Tensor>> action) {
    if (kept.isPresent()) {
      kept.get().forEach(entry -> action.accept(entry.batch(), entry.results()));
      return;
    }
    List<Entry> entries = new ArrayList<>();
    long bytes = 0;
    Iterator<Batch> batches = data.batches();
    while (batches.hasNext()) {
      Batch batch = batches.next();
      Map<String, Tensor> results = runner.run(batch.inputs(), wanted);
      action.accept(batch, results);
      Tensor output = Objects.requireNonNull(results.get(compared));
      bytes += bytes(batch) + bytes(output);
      tooLarge |= bytes > MOST_BYTES;
      if (tooLarge) {
        entries.clear();
      } else {
        entries.add(new Entry(batch, Map.of(compared, output)));
      }
    }
    if (!tooLarge) {
      kept = Optional.of(entries);
      runner.close();
    }
  }

  private static long bytes(Batch batch) {
    long sum = 0;
    for (Tensor tensor : batch.inputs().values()) {
      sum += bytes(tensor);
    }
    return sum;
  }

  private static long bytes(Tensor tensor) {
    return (long) tensor.elementCount() * tensor.type().bits() / 8;
  }

  @Override
  public void close() {
    runner.close();
  }
}
