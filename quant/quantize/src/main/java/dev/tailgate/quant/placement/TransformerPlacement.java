package dev.tailgate.quant.placement;

import dev.tailgate.onnx.layer.ModelMap;

/**
 * Quantizes what matrix products read and nothing else: norms, activation functions, residual sums
 * and masks stay float, and products give float. On ONNX Runtime's CPU provider each product then
 * runs as one {@code MatMulIntegerToFloat} or {@code QGemm}; a convolution, whose integer kernel
 * has no float output, as {@code QLinearConv}.
 *
 * <p>What several products read is quantized once. What else reads it, such as a residual sum,
 * reads the float tensor, except where a product makes it: ONNX Runtime makes an integer kernel of
 * a product only if all its readers agree.
 */
final class TransformerPlacement {
  private TransformerPlacement() {}

  static PlacementPlan plan(ModelMap map, PlacementRequest request) {
    return ProductPlacement.of(map, request).plan((products, candidates) -> {});
  }
}
