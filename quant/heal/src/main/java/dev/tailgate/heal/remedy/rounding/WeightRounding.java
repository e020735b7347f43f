package dev.tailgate.heal.remedy.rounding;

import dev.tailgate.heal.remedy.Treated;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.layer.LayerEdit;
import dev.tailgate.onnx.layer.LinearLayer;
import dev.tailgate.onnx.layer.Matrix;
import dev.tailgate.onnx.remedy.Repair;
import dev.tailgate.quant.plan.CalibrationContext;
import dev.tailgate.quant.plan.Plan;
import dev.tailgate.quant.scheme.QuantParams;
import dev.tailgate.quant.scheme.TensorScheme;
import dev.tailgate.quant.weights.WeightRange;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Rounds the weights of all layers of a plan that its settings quantize, from the moments of their
 * inputs in the float model. The result is a float model whose weights lie on their grids, with
 * min-max ranges in the settings: quantizing it finds the same grids and the same numbers.
 */
final class WeightRounding {
  private final LayerRounding rounding;
  private final CalibrationContext context;
  private final long budget;
  private final List<Repair.Note> applied = new ArrayList<>();
  private final List<Repair.Note> refused = new ArrayList<>();

  private WeightRounding(LayerRounding rounding, CalibrationContext context, long budget) {
    this.rounding = rounding;
    this.context = context;
    this.budget = budget;
  }

  static Treated apply(LayerRounding rounding, Plan plan, CalibrationContext context) {
    return apply(rounding, plan, context, GramMatrices.usualBudget());
  }

  /** The same with a bound on the bytes of Gram matrices held at a time. */
  static Treated apply(LayerRounding rounding, Plan plan, CalibrationContext context, long budget) {
    return new WeightRounding(rounding, context, budget).run(plan);
  }

  private Treated run(Plan plan) {
    Optional<TensorScheme> scheme = plan.settings().scheme().weights();
    if (scheme.isEmpty()) {
      refused.add(new Repair.Note("the model", "its weights are not quantized"));
      return new Treated(plan, applied, refused);
    }
    boolean symmetric = scheme.get().symmetric();
    Plan clipped = clipped(plan, symmetric);
    RoundableLayers layers = RoundableLayers.of(clipped);
    refused.addAll(layers.refused());
    OnnxModel rounded = round(clipped.model(), layers.grids(), symmetric);
    return applied.isEmpty()
        ? new Treated(plan, applied, refused)
        : new Treated(clipped.with(rounded), applied, refused);
  }

  /** With min-max ranges that are those of the search that was asked for. */
  private static Plan clipped(Plan plan, boolean symmetric) {
    if (!(plan.settings().weightRange() instanceof WeightRange.Mse)) {
      return plan;
    }
    return plan.with(WeightClip.apply(plan.model(), plan.weightGrids().grids(), symmetric))
        .with(plan.settings().with(new WeightRange.MinMax()));
  }

  private OnnxModel round(OnnxModel model, Map<LinearLayer, QuantParams> grids, boolean symmetric) {
    LayerEdit edit = LayerEdit.of(model, "WeightRounding");
    Map<String, List<LinearLayer>> byInput = new LinkedHashMap<>();
    grids.keySet().forEach(l -> byInput.computeIfAbsent(l.input(), i -> new ArrayList<>()).add(l));
    LayerInputs inputs = LayerInputs.probe(model, grids.keySet(), context.shapes());
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
            String.format(
                Locale.ROOT,
                "%d x %d weights rounded for %.0f input rows",
                layer.in(),
                layer.out(),
                gram.rows())));
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
