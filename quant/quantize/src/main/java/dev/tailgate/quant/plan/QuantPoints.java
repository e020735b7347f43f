package dev.tailgate.quant.plan;

import dev.tailgate.quant.measure.ShapeProbe;
import dev.tailgate.quant.placement.PlacementPlan;
import dev.tailgate.quant.placement.QuantPoint;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Joins what a placement wants quantized with what a probe showed of shapes. */
public final class QuantPoints {
  private QuantPoints() {}

  /** The tensors of which a shape is needed. */
  public static Set<String> tensors(PlacementPlan plan) {
    Set<String> tensors = new LinkedHashSet<>();
    plan.activations().forEach(candidate -> tensors.add(candidate.tensor()));
    return tensors;
  }

  /** Points of the activations; what is no float tensor or has no reader cannot be quantized. */
  public static List<QuantPoint.Activation> of(
      PlacementPlan plan, Map<String, ShapeProbe.Probed> shapes) {
    List<QuantPoint.Activation> points = new ArrayList<>();
    for (PlacementPlan.Candidate candidate : plan.activations()) {
      ShapeProbe.Probed probed = shapes.get(candidate.tensor());
      if (probed != null && !candidate.uses().isEmpty()) {
        points.add(
            new QuantPoint.Activation(
                candidate.tensor(),
                candidate.role(),
                candidate.layer(),
                probed.type(),
                probed.rank(),
                probed.tokens(),
                candidate.uses()));
      }
    }
    return points;
  }
}
