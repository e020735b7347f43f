package dev.tailgate.heal.precision;

import com.google.errorprone.annotations.MustBeClosed;
import dev.tailgate.data.Batch;
import dev.tailgate.data.DataSource;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.input.ModelOutputs;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.heal.switched.SwitchedModel;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.placement.Quantizer;
import dev.tailgate.quant.qdq.InsertQuantizeDequantize;
import dev.tailgate.quant.score.OutputError;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What ways to round do to the outputs of a model, on a few samples: the power of the error in
 * parts of the output's, over all valid positions, averaged over the predictions and the embedding.
 * The float model runs once; the rest runs on one session, see {@link SwitchedModel}, unless the
 * weights are so many that their copies would be a burden.
 */
final class PointNoise implements AutoCloseable {
  private final OnnxModel model;
  private final RunnerOptions options;
  private final Set<String> outputs;
  private final List<Batch> batches;
  private final List<Map<String, Tensor>> reference = new ArrayList<>();
  private final Optional<SwitchedModel> switched;
  private int runs;

  private PointNoise(
      OnnxModel model,
      RunnerOptions options,
      Set<String> outputs,
      List<Batch> batches,
      Optional<SwitchedModel> switched) {
    this.model = model;
    this.options = options;
    this.outputs = outputs;
    this.batches = List.copyOf(batches);
    this.switched = switched;
  }

  /**
   * Loads {@code model}.
   *
   * @param choices the grids that each tensor may be rounded to
   * @param samples of {@code data} that are run, in whole batches
   */
  @MustBeClosed
  @SuppressWarnings("MustBeClosed") // closed by close()
  static PointNoise open(
      OnnxModel model,
      Map<QuantPoint, List<Quantizer>> choices,
      DataSource data,
      int samples,
      RunnerOptions options) {
    List<Batch> batches = some(data, samples);
    Optional<SwitchedModel> switched =
        SwitchedModel.isAffordable(choices)
            ? Optional.of(SwitchedModel.open(model, choices, options))
            : Optional.empty();
    PointNoise noise = new PointNoise(model, options, compared(model), batches, switched);
    try {
      noise.each(Map.of(), (batch, results) -> noise.reference.add(results));
    } catch (RuntimeException e) {
      noise.close();
      throw e;
    }
    return noise;
  }

  /** Batches at equal distances: they may be in the order of their length. */
  private static List<Batch> some(DataSource data, int samples) {
    List<Batch> all = new ArrayList<>();
    data.batches().forEachRemaining(all::add);
    int seen = all.stream().mapToInt(Batch::samples).sum();
    int wanted =
        (int) Math.min(all.size(), Math.ceil((double) samples * all.size() / Math.max(1, seen)));
    List<Batch> some = new ArrayList<>();
    for (int i = 0; i < wanted; i++) {
      some.add(all.get((int) ((i + 0.5) * all.size() / wanted)));
    }
    return some;
  }

  private static Set<String> compared(OnnxModel model) {
    ModelOutputs all = ModelOutputs.of(model.graph());
    Set<String> compared = new LinkedHashSet<>(List.of(all.predictions(), all.embedding()));
    all.spanStart().ifPresent(compared::add);
    all.spanEnd().ifPresent(compared::add);
    return compared;
  }

  private interface Results {
    void accept(int batch, Map<String, Tensor> results);
  }

  private void each(Map<QuantPoint, Quantizer> quantizers, Results results) {
    runs++;
    if (switched.isPresent()) {
      for (int i = 0; i < batches.size(); i++) {
        results.accept(i, switched.get().run(batches.get(i), quantizers, outputs));
      }
      return;
    }
    OnnxModel rounded = InsertQuantizeDequantize.apply(model, quantizers);
    try (ModelRunner runner = ModelRunner.open(rounded, options)) {
      for (int i = 0; i < batches.size(); i++) {
        results.accept(i, runner.run(batches.get(i).inputs(), outputs));
      }
    }
  }

  /** The noise with these points rounded; infinite where outputs are not finite. */
  double of(Map<QuantPoint, Quantizer> quantizers) {
    Map<String, OutputError> errors = new LinkedHashMap<>();
    each(
        quantizers,
        (i, results) ->
            reference
                .get(i)
                .forEach(
                    (name, expected) -> {
                      if (expected.type().isFloat()) {
                        Batch batch = batches.get(i);
                        Tensor found = Objects.requireNonNull(results.get(name));
                        errors
                            .computeIfAbsent(name, n -> new OutputError())
                            .accept(
                                batch, batch.withoutCopies(expected), batch.withoutCopies(found));
                      }
                    }));
    double mean =
        errors.values().stream().mapToDouble(e -> e.metric().value()).average().orElse(Double.NaN);
    return Double.isNaN(mean) ? Double.POSITIVE_INFINITY : mean;
  }

  /** Ways to round that were tried, the float model among them. */
  int runs() {
    return runs;
  }

  /** Samples that each was tried on. */
  int samples() {
    return batches.stream().mapToInt(Batch::samples).sum();
  }

  @Override
  public void close() {
    switched.ifPresent(SwitchedModel::close);
  }
}
