package dev.tailgate.quant.measure;

import com.google.errorprone.annotations.MustBeClosed;
import dev.tailgate.data.Batch;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.tap.SliceWeights;
import dev.tailgate.onnx.tap.TapTarget;
import dev.tailgate.stats.TapStatistics;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Runs a model batch by batch and has the statistics of its taps taken in on the way. Owns its
 * session.
 */
public final class TapRun implements AutoCloseable {
  private final TapReadings readings;
  private final RunnerOptions options;
  private final ModelRunner runner;

  private TapRun(TapReadings readings, RunnerOptions options, ModelRunner runner) {
    this.readings = readings;
    this.options = options;
    this.runner = runner;
  }

  /** Loads the instrumented model of {@code readings}. */
  @MustBeClosed
  @SuppressWarnings("MustBeClosed") // closed by close()
  public static TapRun open(TapReadings readings, RunnerOptions options) {
    return new TapRun(readings, options, ModelRunner.open(readings.instrumented(), options));
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
    return open(TapReadings.of(model, targets, padded, rowIsToken), options);
  }

  /** Runs one batch, takes in its statistics and returns the model outputs asked for. */
  public Map<String, Tensor> accept(Batch batch, Set<String> modelOutputs) {
    Set<String> wanted = new LinkedHashSet<>(readings.outputs());
    wanted.addAll(modelOutputs);
    Map<String, Tensor> results = runner.run(feeds(batch), wanted);
    readings.accept(batch, results, options);
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    for (String name : modelOutputs) {
      // A value whose type no model states may turn out to be a sequence, which is not handed out.
      Tensor output = results.get(name);
      if (output != null) {
        outputs.put(name, output);
      }
    }
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

  /** Statistics so far, by tensor, in the order the targets were given. */
  public Map<String, TapStatistics> statistics() {
    return readings.statistics();
  }

  @Override
  public void close() {
    runner.close();
  }
}
