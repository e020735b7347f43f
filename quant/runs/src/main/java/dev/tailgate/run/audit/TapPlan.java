package dev.tailgate.run.audit;

import dev.tailgate.onnx.role.Tap;
import dev.tailgate.onnx.role.TapPreset;
import dev.tailgate.onnx.tap.TapTarget;
import dev.tailgate.quant.measure.ShapeProbe;
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
}
