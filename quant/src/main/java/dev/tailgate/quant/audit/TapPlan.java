package dev.tailgate.quant.audit;

import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.role.Tap;
import dev.tailgate.onnx.role.TapPreset;
import dev.tailgate.onnx.role.TapRole;
import dev.tailgate.onnx.tap.TapTarget;
import dev.tailgate.quant.qdq.QuantPoint;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Joins what is known of taps by structure with what a probe showed of their shapes. */
record TapPlan(TapPreset preset, List<TapTarget> targets, Map<String, Tap> byTensor) {

  /** Taps whose tensors turned out to be no measurable activations are left out. */
  static TapPlan of(TapPreset preset, List<Tap> headline, Map<String, ShapeProbe.Probed> shapes) {
    List<TapTarget> targets = new ArrayList<>();
    Map<String, Tap> byTensor = new LinkedHashMap<>();
    for (Tap tap : headline) {
      ShapeProbe.Probed probed = shapes.get(tap.tensor());
      if (probed != null) {
        targets.add(
            new TapTarget(
                tap.tensor(),
                probed.type(),
                probed.rank(),
                probed.tokens(),
                preset != TapPreset.ALL));
        byTensor.put(tap.tensor(), tap);
      }
    }
    return new TapPlan(preset, targets, byTensor);
  }

  Predicate<TapTarget> rowIsToken() {
    return target ->
        Optional.ofNullable(byTensor.get(target.tensor())).map(preset::rowIsToken).orElse(false);
  }

  Optional<TapTarget> target(String tensor) {
    return targets.stream().filter(t -> t.tensor().equals(tensor)).findFirst();
  }

  /** The role a tap goes by in this preset: a block output that is also a norm is named as that. */
  static String label(Tap tap) {
    return tap.role() == TapRole.BLOCK_OUT && tap.is(TapRole.FFN_LAYERNORM_OUT)
        ? TapRole.FFN_LAYERNORM_OUT.label()
        : tap.role().label();
  }

  /** Activation points with their uses; tensors without a float shape cannot be quantized. */
  static List<QuantPoint.Activation> points(
      OnnxGraph graph, List<Tap> taps, Map<String, ShapeProbe.Probed> shapes) {
    List<QuantPoint.Activation> points = new ArrayList<>();
    for (Tap tap : taps) {
      ShapeProbe.Probed probed = shapes.get(tap.tensor());
      List<OnnxGraph.Use> uses =
          graph.uses(tap.tensor()).stream()
              .filter(use -> use.inputIndex() >= 0 && !use.node().is("Shape"))
              .toList();
      if (probed != null && !uses.isEmpty()) {
        points.add(
            new QuantPoint.Activation(
                tap.tensor(), label(tap), probed.type(), probed.rank(), probed.tokens(), uses));
      }
    }
    return points;
  }
}
