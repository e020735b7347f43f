package dev.tailgate.heal.remedy.rounding;

import dev.tailgate.heal.remedy.Candidate;
import dev.tailgate.heal.remedy.RemedyContext;
import dev.tailgate.heal.remedy.Treated;
import dev.tailgate.onnx.attention.AttentionFinder;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.layer.LayerEdit;
import dev.tailgate.onnx.layer.LinearLayer;
import dev.tailgate.onnx.layer.Matrix;
import dev.tailgate.onnx.remedy.Repair;
import dev.tailgate.onnx.role.TapFinder;
import dev.tailgate.quant.placement.PlacementPlan;
import dev.tailgate.quant.plan.Quantizations;
import dev.tailgate.quant.scheme.QuantParams;
import dev.tailgate.quant.scheme.TensorScheme;
import dev.tailgate.quant.weights.WeightGrids;
import dev.tailgate.quant.weights.WeightRange;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Rounds the weights of all layers of a candidate that its settings quantize, from the moments of
 * their inputs in the float model. The result is a float model whose weights lie on their grids,
 * with min-max ranges in the settings: quantizing it finds the same grids and the same numbers.
 */
final class WeightRounding {
  private final LayerRounding rounding;
  private final RemedyContext context;
  private final long budget;
  private final List<Repair.Note> applied = new ArrayList<>();
  private final List<Repair.Note> refused = new ArrayList<>();

  private WeightRounding(LayerRounding rounding, RemedyContext context, long budget) {
    this.rounding = rounding;
    this.context = context;
    this.budget = budget;
  }

  static Treated apply(LayerRounding rounding, Candidate candidate, RemedyContext context) {
    return apply(rounding, candidate, context, GramMatrices.usualBudget());
  }

  /** The same with a bound on the bytes of Gram matrices held at a time. */
  static Treated apply(
      LayerRounding rounding, Candidate candidate, RemedyContext context, long budget) {
    return new WeightRounding(rounding, context, budget).run(candidate);
  }

  private Treated run(Candidate candidate) {
    Optional<TensorScheme> scheme = candidate.settings().scheme().weights();
    if (scheme.isEmpty()) {
      refused.add(new Repair.Note("the model", "its weights are not quantized"));
      return new Treated(candidate, applied, refused);
    }
    boolean symmetric = scheme.get().symmetric();
    Candidate clipped = clipped(candidate, symmetric);
    RoundableLayers layers = layers(clipped);
    refused.addAll(layers.refused());
    OnnxModel rounded = round(clipped.model(), layers.grids(), symmetric);
    return applied.isEmpty()
        ? new Treated(candidate, applied, refused)
        : new Treated(clipped.with(rounded), applied, refused);
  }

  /** With min-max ranges that are those of the search that was asked for. */
  private static Candidate clipped(Candidate candidate, boolean symmetric) {
    if (!(candidate.settings().weightRange() instanceof WeightRange.Mse)) {
      return candidate;
    }
    WeightGrids grids =
        Quantizations.weights(candidate.model(), plan(candidate), candidate.settings());
    return new Candidate(
        WeightClip.apply(candidate.model(), grids.grids(), symmetric),
        candidate.settings().with(new WeightRange.MinMax()));
  }

  private static RoundableLayers layers(Candidate candidate) {
    PlacementPlan plan = plan(candidate);
    return RoundableLayers.of(
        candidate.model(),
        plan,
        Quantizations.weights(candidate.model(), plan, candidate.settings()));
  }

  private static PlacementPlan plan(Candidate candidate) {
    OnnxModel model = candidate.model();
    return candidate.settings().plan(model, TapFinder.find(model, AttentionFinder.find(model)));
  }

  private OnnxModel round(OnnxModel model, Map<LinearLayer, QuantParams> grids, boolean symmetric) {
    LayerEdit edit = LayerEdit.of(model, "WeightRounding");
    Map<String, List<LinearLayer>> byInput = new LinkedHashMap<>();
    grids.keySet().forEach(l -> byInput.computeIfAbsent(l.input(), i -> new ArrayList<>()).add(l));
    LayerInputs inputs = LayerInputs.probe(model, grids.keySet(), context.options());
    inputs.unknown().forEach(l -> refused.add(new Repair.Note(l.id(), LayerInputs.UNKNOWN)));
    new GramMatrices(model, context, true, budget)
        .forEach(
            inputs.wanted(),
            (input, gram) -> {
              for (LinearLayer layer : byInput.getOrDefault(input, List.of())) {
                QuantParams params = grids.get(layer);
                if (params != null) {
                  round(edit, layer, params, symmetric, gram);
                }
              }
            });
    return applied.isEmpty() ? model : edit.commit();
  }

  private void round(
      LayerEdit edit, LinearLayer layer, QuantParams params, boolean symmetric, Gram gram) {
    // A large layer takes seconds without any model being run.
    context.options().requireGoingOn();
    Matrix weight = edit.weight(layer);
    Optional<String> reason = reason(weight, gram);
    LayerGrid grid = new LayerGrid(layer, weight.copy(), params, symmetric);
    String refusal = reason.orElseGet(() -> rounding.refusal(grid));
    if (!refusal.isEmpty()) {
      refused.add(new Repair.Note(layer.id(), refusal));
      return;
    }
    grid.write(rounding.codes(grid, gram), weight);
    applied.add(
        new Repair.Note(
            layer.id(),
            "%d x %d weights rounded for %.0f input rows"
                .formatted(layer.in(), layer.out(), gram.rows())));
  }

  private static Optional<String> reason(Matrix weight, Gram gram) {
    for (float value : weight.values()) {
      if (!Float.isFinite(value)) {
        return Optional.of("its weights hold NaN or infinite values");
      }
    }
    if (gram.width() != weight.rows() || gram.rows() < 1) {
      return Optional.of("the calibration data has no input rows for it");
    }
    return gram.isFinite()
        ? Optional.empty()
        : Optional.of("its input holds NaN, infinite or huge values on the calibration data");
  }
}
