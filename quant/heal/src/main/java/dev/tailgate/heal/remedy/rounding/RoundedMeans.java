package dev.tailgate.heal.remedy.rounding;

import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.GraphEdit;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.layer.LinearLayer;
import dev.tailgate.onnx.tap.TapTarget;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.placement.Quantizer;
import dev.tailgate.quant.plan.CalibrationContext;
import dev.tailgate.quant.qdq.FakeQuant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Means of the inputs of layers in the float model, as they are and as they would be rounded. The
 * rounding nodes feed nothing but the sums: no layer sees rounded values.
 */
final class RoundedMeans {
  /** The means of one layer's input, {@code E[x]} and {@code E[Q(x)]}. */
  record Means(Gram plain, Gram rounded) {}

  private final OnnxModel model;
  private final GraphEdit edit;
  private final Ops ops;
  private final FakeQuant nodes;
  private final InputRounding rounding;
  private final Map<String, GramMatrices.Wanted> inputs = new HashMap<>();
  private final Map<String, GramMatrices.Wanted> wanted = new LinkedHashMap<>();
  private final Map<String, Map<List<Quantizer>, String>> roundedValues = new HashMap<>();
  private final Map<LinearLayer, String> roundedByLayer = new LinkedHashMap<>();

  private RoundedMeans(OnnxModel model, Map<QuantPoint, Quantizer> quantizers) {
    this.model = model;
    this.edit = model.edit();
    this.ops = new Ops(model, edit, "RoundedMeans");
    this.nodes = new FakeQuant(model, ops);
    this.rounding = new InputRounding(model.graph(), quantizers);
  }

  /** Measures; layers whose input is not known to be a float tensor are left out. */
  static Map<LinearLayer, Means> of(
      OnnxModel model,
      Collection<LinearLayer> layers,
      Map<QuantPoint, Quantizer> quantizers,
      CalibrationContext context) {
    return new RoundedMeans(model, quantizers).measure(layers, context);
  }

  private Map<LinearLayer, Means> measure(
      Collection<LinearLayer> layers, CalibrationContext context) {
    LayerInputs.probe(model, layers, context.shapes())
        .wanted()
        .forEach(w -> inputs.put(w.target().tensor(), w));
    layers.stream().filter(l -> inputs.containsKey(l.input())).forEach(this::plan);
    if (wanted.isEmpty()) {
      return Map.of();
    }
    Map<String, Gram> means = new HashMap<>();
    new GramMatrices(edit.commit(), context, false, GramMatrices.usualBudget())
        .forEach(List.copyOf(wanted.values()), means::put);
    Map<LinearLayer, Means> found = new LinkedHashMap<>();
    roundedByLayer.forEach(
        (layer, value) ->
            found.put(
                layer,
                new Means(
                    Objects.requireNonNull(means.get(layer.input())),
                    Objects.requireNonNull(means.get(value)))));
    return found;
  }

  private void plan(LinearLayer layer) {
    GramMatrices.Wanted plain = Objects.requireNonNull(inputs.get(layer.input()));
    wanted.putIfAbsent(layer.input(), plain);
    String rounded =
        roundedValues
            .computeIfAbsent(layer.input(), i -> new HashMap<>())
            .computeIfAbsent(rounding.of(layer), list -> rounded(plain, list));
    roundedByLayer.put(layer, rounded);
  }

  private String rounded(GramMatrices.Wanted plain, List<Quantizer> quantizers) {
    TapTarget target = plain.target();
    String value = target.tensor();
    ops.about(value);
    for (Quantizer quantizer : new ArrayList<>(quantizers)) {
      value = nodes.apply(value, target.type(), target.rank(), quantizer);
    }
    TapTarget of = new TapTarget(value, target.type(), target.rank(), target.tokens(), false);
    wanted.putIfAbsent(value, new GramMatrices.Wanted(of, plain.width()));
    return value;
  }
}
