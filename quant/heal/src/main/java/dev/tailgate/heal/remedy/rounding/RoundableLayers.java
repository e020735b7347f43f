package dev.tailgate.heal.remedy.rounding;

import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.layer.LinearLayer;
import dev.tailgate.onnx.remedy.Repair;
import dev.tailgate.quant.placement.PlacementPlan;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.plan.Plan;
import dev.tailgate.quant.scheme.QuantParams;
import dev.tailgate.quant.weights.WeightGrids;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The linear layers whose weights a plan quantizes, each with a matrix of its own, and why the
 * others are not among them.
 */
record RoundableLayers(Map<LinearLayer, QuantParams> grids, List<Repair.Note> refused) {
  /** Finds the layers of the model of {@code plan}. */
  static RoundableLayers of(Plan plan) {
    OnnxModel model = plan.model();
    WeightGrids weights = plan.weightGrids();
    Map<String, QuantPoint.Weight> byConstant = new HashMap<>();
    plan.placed().weights().forEach(weight -> byConstant.put(weight.tensor(), weight));
    Map<String, String> kept =
        plan.placed().keptFloat().stream()
            .collect(
                Collectors.toMap(
                    PlacementPlan.KeptFloat::node,
                    PlacementPlan.KeptFloat::reason,
                    (first, second) -> first));
    Map<LinearLayer, QuantParams> grids = new LinkedHashMap<>();
    List<Repair.Note> refused = new ArrayList<>();
    for (LinearLayer layer : plan.map().layers().linears()) {
      Optional<QuantPoint.Weight> point = Optional.ofNullable(byConstant.get(layer.constant()));
      Optional<QuantParams> grid = point.flatMap(p -> Optional.ofNullable(weights.grids().get(p)));
      Optional<String> reason =
          grid.isEmpty()
              ? Optional.of(unquantized(kept, layer))
              : reason(model, layer, point.orElseThrow(), grid.get());
      if (reason.isPresent()) {
        refused.add(new Repair.Note(layer.id(), reason.get()));
      } else {
        grids.put(layer, grid.orElseThrow());
      }
    }
    return new RoundableLayers(grids, refused);
  }

  private static String unquantized(Map<String, String> kept, LinearLayer layer) {
    String reason = kept.get(layer.id());
    return "its weights are not quantized" + (reason == null ? "" : ": " + reason);
  }

  private static Optional<String> reason(
      OnnxModel model, LinearLayer layer, QuantPoint.Weight point, QuantParams grid) {
    int readers = model.graph().uses(layer.constant()).size();
    if (readers > 1 || point.uses().size() > 1) {
      return Optional.of("its matrix is read by " + readers + " nodes, which would part");
    }
    return storable(point.type(), grid)
        ? Optional.empty()
        : Optional.of(
            point.type().label() + " weights cannot hold the numbers of " + grid.format().label());
  }

  /**
   * Whether rounding {@code scale (q - z)} to the stored type keeps it within half a step: the
   * error is half a unit in the last place of up to {@code 2^bits} steps.
   */
  private static boolean storable(ElementType type, QuantParams grid) {
    int significant =
        switch (type) {
          case FLOAT16 -> 11;
          case BFLOAT16 -> 8;
          default -> 24;
        };
    boolean normal = true;
    for (int i = 0; i < grid.count(); i++) {
      // Below 2^-14 numbers of float16 are 2^-24 apart.
      normal &= type != ElementType.FLOAT16 || grid.scale(i) >= 0x1p-22f;
    }
    return normal && grid.format().bits() <= significant;
  }
}
