package dev.tailgate.quant.placement;

import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.layer.ModelMap;

/** Plans for a test. */
final class Plans {
  private Plans() {}

  /** What {@code placement} plans for {@code model}. */
  static PlacementPlan of(Placement placement, OnnxModel model, PlacementRequest request) {
    return placement.plan(ModelMap.of(model), request);
  }
}
