package dev.tailgate.heal.remedy.rounding;

import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.layer.LinearLayer;
import dev.tailgate.onnx.tap.TapTarget;
import dev.tailgate.quant.measure.ShapeProbe;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The inputs of layers as activations that can be measured, each once however many layers read it.
 *
 * @param wanted in the order of the layers
 * @param unknown layers whose input a test run did not show as a float tensor
 */
record LayerInputs(List<GramMatrices.Wanted> wanted, List<LinearLayer> unknown) {
  /** Why a layer is among the unknown ones. */
  static final String UNKNOWN = "its input is no float tensor of known rank in a test run";

  /** Learns shapes by one run. */
  static LayerInputs probe(OnnxModel model, Collection<LinearLayer> layers, ShapeProbe shapes) {
    Set<String> tensors = new LinkedHashSet<>();
    layers.forEach(layer -> tensors.add(layer.input()));
    Map<String, ShapeProbe.Probed> seen = shapes.probe(model, tensors);
    Map<String, GramMatrices.Wanted> wanted = new LinkedHashMap<>();
    List<LinearLayer> unknown = new ArrayList<>();
    for (LinearLayer layer : layers) {
      ShapeProbe.Probed probed = seen.get(layer.input());
      if (probed == null) {
        unknown.add(layer);
      } else {
        TapTarget target =
            new TapTarget(layer.input(), probed.type(), probed.rank(), probed.tokens(), false);
        wanted.putIfAbsent(layer.input(), new GramMatrices.Wanted(target, layer.in()));
      }
    }
    return new LayerInputs(List.copyOf(wanted.values()), unknown);
  }
}
