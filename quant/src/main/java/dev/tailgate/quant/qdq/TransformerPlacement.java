package dev.tailgate.quant.qdq;

import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.role.TapMap;
import java.util.List;
import java.util.Optional;

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
  private final ProductExaminer examiner;
  private final OnnxGraph graph;
  private final Selection selection;

  private TransformerPlacement(OnnxModel model, ProductExaminer examiner, Selection selection) {
    this.examiner = examiner;
    this.graph = model.graph();
    this.selection = selection;
  }

  static PlacementPlan plan(OnnxModel model, TapMap taps, PlacementRequest request) {
    ProductExaminer examiner = new ProductExaminer(model);
    ActivationRoles roles = new ActivationRoles(examiner, taps);
    NodeLayers layers = NodeLayers.of(model.graph(), taps);
    Selection selection = new Selection(request.filter(), model.graph(), layers, roles);
    TransformerPlacement placement = new TransformerPlacement(model, examiner, selection);
    PlannedProducts products = PlannedProducts.of(examiner, selection);
    CandidateCollector candidates = placement.candidates(products);
    WeightCollector weights = new WeightCollector(model.graph());
    products.addWeights(weights, layers);
    products.keep(NestedProducts.of(model));
    placement.embeddings(request, new EmbeddingTables(examiner, taps), products, weights, layers);
    selection.verify();
    return new PlacementPlan(candidates.candidates(roles), weights.points(), products.keptFloat());
  }

  /** Products are taken out until all readers of those that are left agree. */
  private CandidateCollector candidates(PlannedProducts products) {
    while (true) {
      CandidateCollector candidates = new CandidateCollector(graph);
      for (Product product : products.planned()) {
        product.operands().stream()
            .filter(Product.Activation.class::isInstance)
            .forEach(operand -> candidates.add(operand.use()));
      }
      Optional<OnnxNode> divided = agree(products, candidates);
      if (divided.isEmpty()) {
        return candidates;
      }
      products.drop(divided.get(), "its output is read both quantized and in float");
    }
  }

  /** Makes the readers of product outputs agree; gives the first product where they cannot. */
  private Optional<OnnxNode> agree(PlannedProducts products, CandidateCollector candidates) {
    for (Product product : products.planned()) {
      boolean convolution = product.node().is("Conv");
      String output = convolution ? afterRelu(product.node()) : product.node().output(0);
      if (convolution || candidates.isMixed(output)) {
        if (!candidates.canReadAll(output)) {
          return Optional.of(product.node());
        }
        candidates.addAllUses(output);
      }
    }
    return Optional.empty();
  }

  /** ONNX Runtime takes a Relu into the rounding that follows it. */
  private String afterRelu(OnnxNode product) {
    return examiner
        .flow()
        .onlyUse(product.output(0))
        .map(OnnxGraph.Use::node)
        .filter(node -> node.is("Relu") && !graph.isOutput(node.output(0)))
        .map(relu -> relu.output(0))
        .orElse(product.output(0));
  }

  private void embeddings(
      PlacementRequest request,
      EmbeddingTables tables,
      PlannedProducts products,
      WeightCollector weights,
      NodeLayers layers) {
    for (OnnxNode node : graph.nodes()) {
      Optional<WeightInputs.Weight> table = tables.at(node);
      if (table.isEmpty()) {
        continue;
      }
      Optional<String> leftOut = selection.leavesOut(node, List.of(table.get().constant()));
      if (!request.embeddings()) {
        products.keep(node, "a look-up of embeddings, in float unless asked for");
      } else if (leftOut.isPresent()) {
        products.keep(node, leftOut.get());
      } else {
        weights.add(node, layers.of(node), table.get());
      }
    }
  }
}
