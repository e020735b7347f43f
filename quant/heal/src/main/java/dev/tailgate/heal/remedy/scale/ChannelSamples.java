package dev.tailgate.heal.remedy.scale;

import dev.tailgate.data.Batch;
import dev.tailgate.data.DataSource;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.heal.remedy.RealRows;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.layer.LinearLayer;
import dev.tailgate.onnx.remedy.scale.ScaledInput;
import dev.tailgate.onnx.tap.TapTarget;
import dev.tailgate.quant.measure.TapRun;
import dev.tailgate.quant.plan.CalibrationContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.ToIntFunction;

/**
 * Measures activations on calibration data: extremes by reductions in the graph, and a bounded
 * sample of rows from the first batches. Rows of padding count for nothing.
 */
final class ChannelSamples {
  /** Batches that rows are taken from. */
  private static final int SAMPLED = 4;

  private final Map<String, List<float[]>> rows = new HashMap<>();
  private final Map<String, ScaledInput> bySeen = new LinkedHashMap<>();

  private ChannelSamples(List<ScaledInput> inputs) {
    for (ScaledInput input : inputs) {
      bySeen.put(input.seen(), input);
      rows.put(input.seen(), new ArrayList<>());
    }
  }

  /**
   * Samples by {@link ScaledInput#tensor()}; activations that turn out to be none are left out.
   *
   * @param batches to look at, at most
   * @param wantedRows how many rows to keep of an activation
   */
  static Map<String, ChannelSample> of(
      OnnxModel model,
      List<ScaledInput> inputs,
      CalibrationContext context,
      int batches,
      ToIntFunction<ScaledInput> wantedRows) {
    return new ChannelSamples(inputs).run(model, context, batches, wantedRows);
  }

  /** As many rows as make products of a bounded number of multiplications. */
  static int affordable(ScaledInput input) {
    long out = input.readers().stream().mapToLong(LinearLayer::out).sum();
    return (int) Math.max(16, Math.min(256, 100_000_000L / (input.width() * out)));
  }

  private Map<String, ChannelSample> run(
      OnnxModel model,
      CalibrationContext context,
      int batches,
      ToIntFunction<ScaledInput> wantedRows) {
    DataSource source = context.calibration().apply(model);
    List<TapTarget> targets = new ArrayList<>();
    context
        .shapes()
        .probe(model, bySeen.keySet())
        .forEach(
            (tensor, probed) ->
                targets.add(
                    new TapTarget(tensor, probed.type(), probed.rank(), probed.tokens(), true)));
    Set<String> tensors = new LinkedHashSet<>();
    targets.forEach(target -> tensors.add(target.tensor()));
    Map<String, ChannelSample> samples = new LinkedHashMap<>();
    try (TapRun run =
        TapRun.open(
            model.exposing(tensors), targets, source.hasPadding(), t -> false, context.options())) {
      Iterator<Batch> iterator = source.batches();
      for (int done = 0; done < batches && iterator.hasNext(); done++) {
        Batch batch = iterator.next();
        Map<String, Tensor> seen = run.accept(batch, done < SAMPLED ? tensors : Set.of());
        seen.forEach((name, tensor) -> take(name, tensor, batch, wantedRows));
        context.progress().at("measuring channels", done + 1L, batches);
      }
      run.statistics()
          .forEach(
              (tensor, found) -> {
                ScaledInput input = input(tensor);
                if (found.channels().channels() == input.width()) {
                  samples.put(input.tensor(), new ChannelSample(found.channels(), joined(tensor)));
                }
              });
    }
    return samples;
  }

  private ScaledInput input(String seen) {
    return Objects.requireNonNull(bySeen.get(seen));
  }

  private void take(
      String name, Tensor tensor, Batch batch, ToIntFunction<ScaledInput> wantedRows) {
    ScaledInput input = input(name);
    int wanted = wantedRows.applyAsInt(input) / SAMPLED;
    Objects.requireNonNull(rows.get(name))
        .addAll(RealRows.of(tensor, batch, input.width(), wanted));
  }

  private float[] joined(String seen) {
    List<float[]> taken = Objects.requireNonNull(rows.get(seen));
    int width = input(seen).width();
    float[] all = new float[Math.multiplyExact(taken.size(), width)];
    for (int i = 0; i < taken.size(); i++) {
      System.arraycopy(taken.get(i), 0, all, i * width, width);
    }
    return all;
  }
}
