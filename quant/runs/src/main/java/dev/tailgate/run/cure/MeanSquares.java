package dev.tailgate.run.cure;

import dev.tailgate.data.Batch;
import dev.tailgate.data.DataSource;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.OnnxModel;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** How large values of a model are: the mean of their squares over a few batches. */
final class MeanSquares {
  private static final int BATCHES = 4;

  private MeanSquares() {}

  /** By value; 1 for one that is 0 throughout, which divides nothing. */
  static Map<String, Double> of(
      OnnxModel model, Collection<String> values, DataSource data, RunnerOptions options) {
    if (values.isEmpty()) {
      return Map.of();
    }
    Set<String> inner = new LinkedHashSet<>(values);
    inner.removeIf(model.graph()::isOutput);
    Map<String, Mean> means = new LinkedHashMap<>();
    values.forEach(name -> means.put(name, new Mean()));
    try (ModelRunner runner = ModelRunner.open(model.exposing(inner), options)) {
      Iterator<Batch> batches = data.batches();
      for (int i = 0; i < BATCHES && batches.hasNext(); i++) {
        runner
            .run(batches.next().inputs(), new LinkedHashSet<>(values))
            .forEach((name, tensor) -> Objects.requireNonNull(means.get(name)).accept(tensor));
      }
    }
    Map<String, Double> found = new LinkedHashMap<>();
    means.forEach((name, mean) -> found.put(name, mean.value()));
    return found;
  }

  /** A mean in the making. */
  private static final class Mean {
    private double sum;
    private long count;

    void accept(Tensor tensor) {
      for (float x : Elements.toFloats(tensor)) {
        sum += (double) x * x;
      }
      count += tensor.elementCount();
    }

    double value() {
      double mean = sum / Math.max(1, count);
      return mean > 0 && Double.isFinite(mean) ? mean : 1;
    }
  }
}
