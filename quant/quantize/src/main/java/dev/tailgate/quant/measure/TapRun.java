package dev.tailgate.quant.measure;

import com.google.errorprone.annotations.MustBeClosed;
import dev.tailgate.data.Batch;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.tap.SliceWeights;
import dev.tailgate.onnx.tap.TapPass;
import dev.tailgate.onnx.tap.TapTarget;
import dev.tailgate.stats.TapStatistics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Runs a model batch by batch and collects the statistics of its taps on the way. Memory does not
 * grow with the number of batches. Owns its sessions.
 */
public final class TapRun implements AutoCloseable {
  private final OnnxModel model;
  private final RunnerOptions options;
  private final ModelRunner runner;
  private final Map<String, TapCollector> collectors = new LinkedHashMap<>();
  private final Set<String> statisticOutputs = new LinkedHashSet<>();

  private TapRun(OnnxModel model, RunnerOptions options, ModelRunner runner) {
    this.model = model;
    this.options = options;
    this.runner = runner;
  }

  /**
   * Instruments and loads {@code model}.
   *
   * @param padded whether any batch has padding
   * @param rowIsToken taps whose rows are tokens rather than entries of axis 0
   */
  @MustBeClosed
  public static TapRun open(
      OnnxModel model,
      List<TapTarget> targets,
      boolean padded,
      Predicate<TapTarget> rowIsToken,
      RunnerOptions options) {
    TapPass.Instrumented instrumented = TapPass.apply(model, targets, padded);
    @SuppressWarnings("MustBeClosed") // closed by close()
    TapRun run = new TapRun(model, options, ModelRunner.open(instrumented.model(), options));
    instrumented
        .outputs()
        .forEach(
            tap -> {
              run.collectors.put(
                  tap.target().tensor(), new TapCollector(tap, rowIsToken.test(tap.target())));
              run.statisticOutputs.addAll(List.of(tap.slices(), tap.shape(), tap.outliers()));
              tap.channels().ifPresent(run.statisticOutputs::add);
            });
    return run;
  }

  /** Runs one batch, takes in its statistics and returns the model outputs asked for. */
  public Map<String, Tensor> accept(Batch batch, Set<String> modelOutputs) {
    Set<String> wanted = new LinkedHashSet<>(statisticOutputs);
    wanted.addAll(modelOutputs);
    Map<String, Tensor> results = runner.run(feeds(batch), wanted);
    List<TapCollector> rejected = new ArrayList<>();
    for (TapCollector collector : collectors.values()) {
      if (!collector.accept(batch, results)) {
        rejected.add(collector);
      }
    }
    if (!rejected.isEmpty()) {
      acceptElementByElement(batch, rejected);
    }
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    modelOutputs.forEach(name -> outputs.put(name, Results.of(results, name)));
    return outputs;
  }

  /** Inputs of the batch and, where it has padding, the token mask. */
  public static Map<String, Tensor> feeds(Batch batch) {
    Map<String, Tensor> feeds = new HashMap<>(batch.inputs());
    Optional<Tensor> mask = batch.mask();
    if (mask.isPresent()) {
      long[] real = mask.get().toLongs();
      float[] weights = new float[real.length];
      for (int i = 0; i < real.length; i++) {
        weights[i] = real[i] != 0 ? 1 : 0;
      }
      feeds.put(SliceWeights.TOKEN_MASK, Tensor.ofFloats(weights, mask.get().shape()));
    }
    return feeds;
  }

  /** Rare: runs the batch again with the activations themselves as outputs. */
  private void acceptElementByElement(Batch batch, List<TapCollector> rejected) {
    Set<String> tensors = new LinkedHashSet<>();
    rejected.forEach(collector -> tensors.add(collector.outputs().target().tensor()));
    try (ModelRunner raw = ModelRunner.open(model.exposing(tensors), options)) {
      Map<String, Tensor> results = raw.run(feeds(batch), tensors);
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

  @Override
  public void close() {
    runner.close();
  }
}
