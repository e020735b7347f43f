package dev.tailgate.quant.measure;

import dev.tailgate.data.Batch;
import dev.tailgate.data.DataSource;
import dev.tailgate.engine.ModelRunException;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.tap.TokenLayout;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Learns rank, type and layout of activations from the first batch of the data, which fits the
 * model as the rest of the data does; a made-up batch need not: exports hold lengths, batches and
 * masks of one size that their signatures call open. Further runs on inputs of other sizes, where
 * the model takes them, tell the axes apart. Exports seldom state the shapes of inner values.
 *
 * <p>One value a command: the batch is read once, for all models with the inputs of the first.
 */
public final class ShapeProbe {
  private final Function<OnnxModel, DataSource> data;
  private final RunnerOptions options;
  private @Nullable Batch first;

  private ShapeProbe(Function<OnnxModel, DataSource> data, RunnerOptions options) {
    this.data = data;
    this.options = options;
  }

  /** What the run showed of one tensor. */
  public record Probed(ElementType type, int rank, TokenLayout tokens) {}

  /**
   * A probe with the first batch of some data.
   *
   * @param data opens the data for a model with the user's inputs, which happens once
   */
  public static ShapeProbe on(Function<OnnxModel, DataSource> data, RunnerOptions options) {
    return new ShapeProbe(data, options);
  }

  /**
   * Shapes by tensor; tensors that are no float tensors of rank 1 or more are left out, and those
   * that are empty on the batch.
   *
   * @throws ModelRunException where the model does not run on the data
   */
  public Map<String, Probed> probe(OnnxModel model, Collection<String> tensors) {
    Map<String, Probed> probed = new LinkedHashMap<>();
    if (tensors.isEmpty()) {
      return probed;
    }
    Batch batch = first(model);
    int tokens = AxisEvidence.tokens(batch.inputs(), batch.rows());
    AxisEvidence evidence = new AxisEvidence(model.graph());
    Set<String> wanted = new LinkedHashSet<>(tensors);
    try (ValueShapes shapes = ValueShapes.of(model, wanted, options)) {
      Map<String, ValueShapes.Seen> seen = shapes.on(batch.inputs());
      evidence.add(batch.rows(), tokens, seen);
      addOthers(evidence, shapes, new OtherSizes(model, batch, tokens));
      seen.forEach(
          (name, value) -> {
            int rank = value.shape().length;
            // Empty activations, such as the keys of no earlier tokens, have no statistics.
            if (rank > 0 && value.type().isFloat() && value.elements() > 0) {
              probed.put(name, new Probed(value.type(), rank, evidence.layout(name, rank)));
            }
          });
    }
    return probed;
  }

  /** One more run is enough, if it is one that the model takes. */
  private void addOthers(AxisEvidence evidence, ValueShapes shapes, OtherSizes others) {
    for (OtherSizes.Sized other : others.all()) {
      try {
        int length = AxisEvidence.tokens(other.inputs(), other.rows());
        evidence.add(other.rows(), length, shapes.on(other.inputs()));
        return;
      } catch (ModelRunException e) {
        // The model is not open to these sizes, whatever its signature says.
      }
    }
  }

  private synchronized Batch first(OnnxModel model) {
    Batch known = first;
    if (known == null) {
      known = data.apply(model).batches().next();
      first = known;
    }
    return known;
  }
}
