package dev.tailgate.quant.placement;

import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.layer.ModelMap;

/**
 * Quantizes wherever ONNX Runtime has an integer kernel: what products read and give, and what the
 * operators of {@link IntegerOperators} read and give. Norms, activation functions, softmax and
 * masks compute in float, but what they give to a product is rounded.
 *
 * <p>Layout changes between two integer kernels are rounded once, before them, and ONNX Runtime
 * lets them work on integers; Split, Slice and Gather cut something smaller out, which gets a range
 * of its own. Masked scores are never rounded: the fill constant would take the whole range.
 */
final class OrtPlacement {
  private final ProductExaminer examiner;
  private final OnnxGraph graph;
  private final Selection selection;
  private final ProductOutputs outputs;

  private OrtPlacement(ProductExaminer examiner, Selection selection) {
    this.examiner = examiner;
    this.graph = examiner.graph();
    this.selection = selection;
    this.outputs = new ProductOutputs(examiner);
  }

  static PlacementPlan plan(ModelMap map, PlacementRequest request) {
    ProductPlacement shared = ProductPlacement.of(map, request);
    OrtPlacement placement = new OrtPlacement(shared.examiner(), shared.selection());
    return shared.plan(placement::add);
  }

  private void add(PlannedProducts products, CandidateCollector candidates) {
    for (Product product : products.planned()) {
      OnnxNode node = product.node();
      String output = outputs.afterBias(node);
      if (examiner.isActivation(output)
          && candidates.canReadAll(output)
          && !selection.excludes(output)) {
        boolean direct = outputs.ofKernel(node).equals(output);
        if (direct) {
          candidates.addAllUses(output);
        } else {
          ValueReaders.of(graph, output).forEach(candidates::add);
        }
      }
    }
    new IntegerOperators(examiner, selection).addTo(candidates);
  }
}
