package dev.tailgate.quant.placement;

import dev.tailgate.onnx.layer.ModelMap;
import java.util.Locale;

/** Where quantizers go. */
public enum Placement {
  /** As the code of arXiv 2306.12929 has them; see {@link PapersPlacement}. */
  PAPERS,
  /** Wherever ONNX Runtime has an integer kernel; see {@link OrtPlacement}. */
  ORT,
  /**
   * Inputs of matrix products only; norms, activation functions, residuals and masks stay float.
   * See {@link TransformerPlacement}.
   */
  TRANSFORMER;

  /** What this quantizes in the model of {@code map}. */
  public PlacementPlan plan(ModelMap map) {
    return plan(map, PlacementRequest.DEFAULT);
  }

  /**
   * What this quantizes in the model of {@code map}, of what is asked for.
   *
   * @throws dev.tailgate.onnx.ir.ModelException where a selector of the filter matches nothing
   */
  public PlacementPlan plan(ModelMap map, PlacementRequest request) {
    return switch (this) {
      case PAPERS -> PapersPlacement.plan(map, request.filter());
      case ORT -> OrtPlacement.plan(map, request);
      case TRANSFORMER -> TransformerPlacement.plan(map, request);
    };
  }

  /** Spelling on the command line. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
