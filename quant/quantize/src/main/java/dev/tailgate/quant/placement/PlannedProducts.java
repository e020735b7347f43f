package dev.tailgate.quant.placement;

import dev.tailgate.onnx.ir.OnnxNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Every node that multiplies matrices, either planned to be quantized or kept float for a reason.
 */
final class PlannedProducts {
  private static final String BETWEEN_ACTIVATIONS =
      "multiplies two activations, which dynamic quantization leaves in float";

  private final Map<OnnxNode, Product> planned = new LinkedHashMap<>();
  private final List<PlacementPlan.KeptFloat> kept = new ArrayList<>();

  private PlannedProducts() {}

  /**
   * Looks at every node.
   *
   * @param weighted whether only products with weights are planned
   */
  static PlannedProducts of(ProductExaminer examiner, Selection selection, boolean weighted) {
    PlannedProducts products = new PlannedProducts();
    ProductOutputs outputs = new ProductOutputs(examiner);
    for (OnnxNode node : examiner.graph().nodes()) {
      Product.Examined examined = examiner.examine(node);
      if (examined instanceof Product.Quantizable quantizable) {
        Product product = quantizable.product();
        List<String> tensors = tensors(product, outputs);
        Optional<String> leftOut = selection.leavesOut(node, tensors);
        if (weighted && product.operands().stream().noneMatch(Product.Constant.class::isInstance)) {
          products.keep(node, BETWEEN_ACTIVATIONS);
        } else if (leftOut.isPresent()) {
          products.keep(node, leftOut.get());
        } else {
          products.planned.put(node, product);
        }
      } else if (examined instanceof Product.Unquantizable unquantizable) {
        // Asking for less of what is left out anyway is no mistake.
        selection.note(node);
        products.keep(node, unquantizable.reason());
      }
    }
    return products;
  }

  /** What a product cannot do without: its factors, and of a convolution the rounded output. */
  private static List<String> tensors(Product product, ProductOutputs outputs) {
    List<String> tensors = new ArrayList<>();
    product.operands().forEach(operand -> tensors.add(operand.tensor()));
    if (product.node().is("Conv")) {
      tensors.add(outputs.ofKernel(product.node()));
    }
    return tensors;
  }

  List<Product> planned() {
    return List.copyOf(planned.values());
  }

  void drop(OnnxNode node, String reason) {
    planned.remove(node);
    keep(node, reason);
  }

  void keep(OnnxNode node, String reason) {
    kept.add(new PlacementPlan.KeptFloat(node.id(), reason));
  }

  void keep(Collection<PlacementPlan.KeptFloat> nodes) {
    kept.addAll(nodes);
  }

  List<PlacementPlan.KeptFloat> keptFloat() {
    return kept;
  }

  /** The weights of the planned products. */
  void addWeights(WeightCollector weights, NodeLayers layers) {
    planned.forEach(
        (node, product) ->
            product.operands().stream()
                .filter(Product.Constant.class::isInstance)
                .forEach(
                    operand ->
                        weights.add(node, layers.of(node), ((Product.Constant) operand).weight())));
  }
}
