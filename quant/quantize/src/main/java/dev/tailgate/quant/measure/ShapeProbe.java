package dev.tailgate.quant.measure;

import dev.tailgate.data.Batch;
import dev.tailgate.data.DataRequest;
import dev.tailgate.data.open.DataSources;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.tap.TokenLayout;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Learns rank, type and layout of activations by one run on a tiny made-up batch. Exports seldom
 * state the shapes of inner values; sizes that differ (2 samples, 7 tokens) tell the axes apart.
 */
public final class ShapeProbe {
  private static final int SAMPLES = 2;
  private static final int TOKENS = 7;

  private ShapeProbe() {}

  /** What the run showed of one tensor. */
  public record Probed(ElementType type, int rank, TokenLayout tokens) {}

  /** Shapes by tensor; tensors that are no float tensors of rank 1 or more are left out. */
  public static Map<String, Probed> probe(
      OnnxModel model, Collection<String> tensors, RunnerOptions options) {
    if (tensors.isEmpty()) {
      return Map.of();
    }
    DataRequest tiny =
        new DataRequest(Optional.empty(), Optional.empty(), SAMPLES, SAMPLES, TOKENS, 0);
    Batch batch = DataSources.open(model, tiny).batches().next();
    Set<String> wanted = new LinkedHashSet<>(tensors);
    Map<String, Probed> probed = new LinkedHashMap<>();
    try (ModelRunner runner =
        ModelRunner.open(model.exposing(wanted), options.with(RunnerOptions.Optimization.NONE))) {
      int length = tokens(batch);
      runner
          .run(batch.inputs(), wanted)
          .forEach(
              (name, tensor) -> {
                // Empty activations, such as the keys of no earlier tokens, have no statistics.
                if (tensor.rank() > 0 && tensor.type().isFloat() && tensor.elementCount() > 0) {
                  TokenLayout layout = layout(tensor.shape(), batch.rows(), length);
                  probed.put(name, new Probed(tensor.type(), tensor.rank(), layout));
                }
              });
    }
    return probed;
  }

  /** Length of the second axis of the inputs that have one; 0 where they disagree with the rest. */
  private static int tokens(Batch batch) {
    return batch.inputs().values().stream()
        .filter(t -> !t.type().isFloat() && t.rank() >= 2 && t.dim(0) == batch.rows())
        .mapToInt(t -> (int) t.dim(1))
        .findFirst()
        .orElse(
            batch.inputs().values().stream()
                .filter(t -> t.rank() == 3 && t.dim(0) == batch.rows())
                .mapToInt(t -> (int) t.dim(1))
                .findFirst()
                .orElse(0));
  }

  private static TokenLayout layout(long[] shape, int samples, int tokens) {
    if (tokens < 2) {
      return new TokenLayout.None();
    }
    if (shape[0] == samples) {
      // The token axis is looked for next to the channels first: [B, H, T, D] has heads before it.
      for (int axis = shape.length - 2; axis >= 1; axis--) {
        if (shape[axis] == tokens) {
          return new TokenLayout.Axis(axis);
        }
      }
    }
    boolean flattened = shape.length == 2 && shape[0] == (long) samples * tokens;
    return flattened ? new TokenLayout.Flattened() : new TokenLayout.None();
  }
}
