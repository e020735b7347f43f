package dev.tailgate.run.evidence;

import dev.tailgate.data.Batch;
import dev.tailgate.data.DataSource;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.OnnxModel;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntConsumer;

/**
 * Hands out activations themselves, a group of readers and a batch at a time. A group has as many
 * readers as fit into {@value #BUDGET} bytes if each needs as much as the largest so far; the first
 * one goes alone to tell how much that is.
 */
final class ExposedRuns {
  private static final long BUDGET = 256L << 20;

  /** Takes some activations batch by batch. */
  interface Reader {
    /** Their names. */
    Set<String> tensors();

    /** Takes those of one batch; the map may hold others. */
    void accept(Batch batch, Map<String, Tensor> tensors);
  }

  private ExposedRuns() {}

  /** Runs {@code model} over the data, once for each group; its size is told after it. */
  static void feed(
      OnnxModel model,
      List<? extends Reader> readers,
      DataSource data,
      RunnerOptions options,
      IntConsumer afterGroup) {
    long largest = 0;
    int next = 0;
    while (next < readers.size()) {
      long fitting = largest == 0 ? 1 : Math.max(1, BUDGET / largest);
      int end = (int) Math.min(readers.size(), next + fitting);
      List<? extends Reader> group = readers.subList(next, end);
      Set<String> wanted = new LinkedHashSet<>();
      group.forEach(reader -> wanted.addAll(reader.tensors()));
      // Optimised, an attention may be fused although its probabilities are an output, which then
      // has no value.
      RunnerOptions asWritten = options.with(RunnerOptions.Optimization.NONE);
      try (ModelRunner runner = ModelRunner.open(model.exposing(wanted), asWritten)) {
        Iterator<Batch> source = data.batches();
        while (source.hasNext()) {
          Batch batch = source.next();
          Map<String, Tensor> tensors = runner.run(batch.inputs(), wanted);
          for (Reader reader : group) {
            reader.accept(batch, tensors);
            largest = Math.max(largest, bytes(reader, tensors));
          }
        }
      }
      afterGroup.accept(group.size());
      next = end;
    }
  }

  private static long bytes(Reader reader, Map<String, Tensor> tensors) {
    long bytes = 1;
    for (String name : reader.tensors()) {
      Tensor tensor = tensors.get(name);
      bytes += tensor == null ? 0 : tensor.data().remaining();
    }
    return bytes;
  }
}
