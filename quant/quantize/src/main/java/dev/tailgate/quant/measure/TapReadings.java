package dev.tailgate.quant.measure;

import dev.tailgate.data.Batch;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.tap.TapOutputs;
import dev.tailgate.onnx.tap.TapPass;
import dev.tailgate.onnx.tap.TapTarget;
import dev.tailgate.stats.TapStatistics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Statistics of a model's taps, taken in batch by batch from the outputs of its instrumented form.
 * Memory does not grow with the number of batches. Nothing native: {@link TapRun} runs the model.
 */
public final class TapReadings {
  private final OnnxModel model;
  private final OnnxModel instrumented;
  private final Map<String, TapCollector> collectors = new LinkedHashMap<>();
  private final Set<String> outputs = new LinkedHashSet<>();

  private TapReadings(OnnxModel model, OnnxModel instrumented) {
    this.model = model;
    this.instrumented = instrumented;
  }

  /**
   * Instruments {@code model}.
   *
   * @param padded whether any batch has padding
   * @param rowIsToken taps whose rows are tokens rather than entries of axis 0
   */
  public static TapReadings of(
      OnnxModel model, List<TapTarget> targets, boolean padded, Predicate<TapTarget> rowIsToken) {
    TapPass.Instrumented pass = TapPass.apply(model, targets, padded);
    TapReadings readings = new TapReadings(model, pass.model());
    pass.outputs().forEach(tap -> readings.add(tap, rowIsToken.test(tap.target())));
    return readings;
  }

  private void add(TapOutputs tap, boolean rowIsToken) {
    collectors.put(tap.target().tensor(), new TapCollector(tap, rowIsToken));
    outputs.addAll(List.of(tap.slices(), tap.shape(), tap.outliers()));
    tap.channels().ifPresent(outputs::add);
  }

  OnnxModel instrumented() {
    return instrumented;
  }

  /** What of the instrumented model's outputs {@link #accept} reads. */
  Set<String> outputs() {
    return outputs;
  }

  /** Takes in what the instrumented model gave for a batch. */
  void accept(Batch batch, Map<String, Tensor> results, RunnerOptions options) {
    List<TapCollector> rejected = new ArrayList<>();
    for (TapCollector collector : collectors.values()) {
      if (!collector.accept(batch, results)) {
        rejected.add(collector);
      }
    }
    if (!rejected.isEmpty()) {
      acceptElementByElement(batch, rejected, options);
    }
  }

  /** Rare: runs the batch again with the activations themselves as outputs. */
  private void acceptElementByElement(
      Batch batch, List<TapCollector> rejected, RunnerOptions options) {
    Set<String> tensors = new LinkedHashSet<>();
    rejected.forEach(collector -> tensors.add(collector.outputs().target().tensor()));
    try (ModelRunner raw = ModelRunner.open(model.exposing(tensors), options)) {
      Map<String, Tensor> results = raw.run(TapRun.feeds(batch), tensors);
      for (TapCollector collector : rejected) {
        RawTap.accept(collector, batch, Results.of(results, collector.outputs().target().tensor()));
      }
    }
  }

  /** Statistics so far, by tensor, in the order the targets were given. */
  public Map<String, TapStatistics> statistics() {
    Map<String, TapStatistics> byTensor = new LinkedHashMap<>();
    collectors.forEach((tensor, collector) -> byTensor.put(tensor, collector.statistics()));
    return byTensor;
  }
}
