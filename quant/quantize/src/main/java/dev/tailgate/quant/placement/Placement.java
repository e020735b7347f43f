package dev.tailgate.quant.placement;

import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.role.TapMap;
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

  /** What this quantizes in {@code model}. */
  public PlacementPlan plan(OnnxModel model, TapMap taps) {
    return plan(model, taps, PlacementRequest.DEFAULT);
  }

  /**
   * What this quantizes in {@code model} of what is asked for.
   *
   * @throws dev.tailgate.onnx.ir.ModelException where a selector of the filter matches nothing
   */
  public PlacementPlan plan(OnnxModel model, TapMap taps, PlacementRequest request) {
    return switch (this) {
      case PAPERS -> PapersPlacement.plan(model, taps, request.filter());
      case ORT -> OrtPlacement.plan(model, taps, request);
      case TRANSFORMER -> TransformerPlacement.plan(model, taps, request);
    };
  }

  /** Spelling on the command line. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
