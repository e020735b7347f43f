package dev.tailgate.quant.placement;

import dev.tailgate.data.ReferenceModel;
import dev.tailgate.onnx.ir.OnnxModel;

/** Plans for a test. */
final class Plans {
  private Plans() {}

  /** What {@code placement} plans for {@code model}. */
  static PlacementPlan of(Placement placement, OnnxModel model, PlacementRequest request) {
    return placement.plan(model, ReferenceModel.taps(model), request);
  }
}
