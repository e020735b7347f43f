package dev.tailgate.quant.qdq;

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
  private final Map<OnnxNode, Product> planned = new LinkedHashMap<>();
  private final List<PlacementPlan.KeptFloat> kept = new ArrayList<>();

  private PlannedProducts() {}

  static PlannedProducts of(ProductExaminer examiner, Selection selection) {
    PlannedProducts products = new PlannedProducts();
    for (OnnxNode node : examiner.graph().nodes()) {
      Product.Examined examined = examiner.examine(node);
      if (examined instanceof Product.Quantizable quantizable) {
        Product product = quantizable.product();
        List<String> tensors = product.operands().stream().map(Product.Operand::tensor).toList();
        Optional<String> leftOut = selection.leavesOut(node, tensors);
        if (leftOut.isPresent()) {
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

  List<Product> planned() {
    return List.copyOf(planned.values());
  }

  boolean isPlanned(OnnxNode node) {
    return planned.containsKey(node);
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
