package dev.tailgate.heal.remedy.rounding;

import dev.tailgate.heal.remedy.Remedy;
import dev.tailgate.heal.remedy.Treated;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.layer.LayerEdit;
import dev.tailgate.onnx.layer.LinearLayer;
import dev.tailgate.onnx.layer.Matrix;
import dev.tailgate.onnx.remedy.Repair;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.placement.Quantizer;
import dev.tailgate.quant.plan.Calibrated;
import dev.tailgate.quant.plan.CalibrationContext;
import dev.tailgate.quant.plan.Plan;
import dev.tailgate.quant.scheme.QuantParams;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * {@link BiasCorrection} of every linear layer of which a plan rounds the input or the weights with
 * grids known before the run.
 */
public final class BiasRemedy implements Remedy {
  @Override
  public String id() {
    return "bias";
  }

  @Override
  public String summary() {
    return "lets biases take back by how much rounding moves the mean of each output";
  }

  @Override
  public boolean keepsFunction() {
    return false;
  }

  @Override
  public Treated apply(Plan plan, CalibrationContext context) {
    OnnxModel model = plan.model();
    Calibrated calibrated = Calibrated.of(plan, context);
    Map<QuantPoint, Quantizer> quantizers = calibrated.quantizers();
    List<LinearLayer> linears = plan.map().layers().linears();
    Map<OnnxGraph.Use, QuantParams> weights = weightGrids(model, linears, quantizers);
    InputRounding inputs = new InputRounding(model.graph(), quantizers);
    LayerEdit edit = LayerEdit.of(model, "BiasCorrection");
    List<Repair.Note> applied = new ArrayList<>();
    List<Repair.Note> refused = new ArrayList<>();
    List<LinearLayer> layers = new ArrayList<>();
    for (LinearLayer layer : linears) {
      Optional<String> reason =
          weights.containsKey(layer.weight()) || !inputs.of(layer).isEmpty()
              ? Optional.of("it has no bias, and its output is one of the model's")
                  .filter(why -> !edit.takesBias(layer))
              : Optional.of("neither its weights nor its input are rounded");
      reason.ifPresentOrElse(
          why -> refused.add(new Repair.Note(layer.id(), why)), () -> layers.add(layer));
    }
    Map<LinearLayer, RoundedMeans.Means> means =
        RoundedMeans.of(model, layers, quantizers, context);
    for (LinearLayer layer : layers) {
      Optional<RoundedMeans.Means> of = Optional.ofNullable(means.get(layer));
      Optional<double[]> shift =
          of.flatMap(m -> shift(model, layer, Optional.ofNullable(weights.get(layer.weight())), m));
      if (shift.isPresent()) {
        applied.add(new Repair.Note(layer.id(), add(shift.get(), edit.bias(layer))));
      } else {
        String why = of.isEmpty() ? LayerInputs.UNKNOWN : "the means of its input are not finite";
        refused.add(new Repair.Note(layer.id(), why));
      }
    }
    return new Treated(applied.isEmpty() ? plan : plan.with(edit.commit()), applied, refused);
  }

  /** Grids by where a product reads its matrix, which may lie behind a Transpose. */
  private static Map<OnnxGraph.Use, QuantParams> weightGrids(
      OnnxModel model, List<LinearLayer> linears, Map<QuantPoint, Quantizer> quantizers) {
    Map<String, List<OnnxGraph.Use>> uses = new HashMap<>();
    Map<String, QuantParams> grids = new HashMap<>();
    quantizers.forEach(
        (point, quantizer) -> {
          if (point instanceof QuantPoint.Weight && quantizer instanceof Quantizer.Fixed fixed) {
            uses.put(point.tensor(), point.uses());
            grids.put(point.tensor(), fixed.params());
          }
        });
    Map<OnnxGraph.Use, QuantParams> byUse = new HashMap<>();
    for (LinearLayer layer : linears) {
      QuantParams grid = grids.get(layer.constant());
      OnnxGraph.Use read =
          layer.stored()
              ? layer.weight()
              : model
                  .graph()
                  .producer(layer.product().input(1))
                  .map(turning -> new OnnxGraph.Use(turning, 0))
                  .orElse(layer.weight());
      if (grid != null && uses.getOrDefault(layer.constant(), List.of()).contains(read)) {
        byUse.put(layer.weight(), grid);
      }
    }
    return byUse;
  }

  private static Optional<double[]> shift(
      OnnxModel model, LinearLayer layer, Optional<QuantParams> params, RoundedMeans.Means means) {
    boolean usable =
        means.plain().isFinite()
            && means.rounded().isFinite()
            && means.plain().rows() > 0
            && means.plain().width() == layer.in();
    if (!usable) {
      return Optional.empty();
    }
    Matrix weight = LayerEdit.read(model, layer);
    Matrix rounded = params.map(p -> rounded(layer, weight, p)).orElse(weight);
    double[] shift =
        BiasCorrection.shift(weight, rounded, means.plain().mean(), means.rounded().mean());
    double sum = 0;
    for (double value : shift) {
      sum += value;
    }
    return Double.isFinite(sum) ? Optional.of(shift) : Optional.empty();
  }

  private static Matrix rounded(LinearLayer layer, Matrix weight, QuantParams params) {
    LayerGrid grid = new LayerGrid(layer, weight, params, false);
    Matrix rounded = weight.copy();
    for (int i = 0; i < weight.rows(); i++) {
      for (int o = 0; o < weight.columns(); o++) {
        rounded.set(i, o, params.fakeQuant(weight.at(i, o), grid.scale(i, o)));
      }
    }
    return rounded;
  }

  private static String add(double[] shift, double[] bias) {
    double largest = 0;
    for (int o = 0; o < shift.length; o++) {
      bias[o] += shift[o];
      largest = Math.max(largest, Math.abs(shift[o]));
    }
    return String.format(Locale.ROOT, "biases moved by %.3g at most", largest);
  }
}
