package dev.tailgate.quant.placement;

import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.layer.ModelMap;
import dev.tailgate.onnx.role.TapMap;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * What placements that are made of products have in common: the products that can be quantized and
 * that the filter lets in, their factors, their weights, and the reasons of all the others.
 */
final class ProductPlacement {
  private final ModelMap map;
  private final OnnxModel model;
  private final TapMap taps;
  private final PlacementRequest request;
  private final ProductExaminer examiner;
  private final ActivationRoles roles;
  private final NodeLayers layers;
  private final Selection selection;

  private ProductPlacement(ModelMap map, PlacementRequest request) {
    this.map = map;
    this.model = map.model();
    this.taps = map.taps();
    this.request = request;
    this.examiner = new ProductExaminer(map);
    this.roles = new ActivationRoles(examiner, taps);
    this.layers = NodeLayers.of(model.graph(), taps);
    this.selection = new Selection(request.filter(), model.graph(), layers, roles);
  }

  static ProductPlacement of(ModelMap map, PlacementRequest request) {
    return new ProductPlacement(map, request);
  }

  ProductExaminer examiner() {
    return examiner;
  }

  Selection selection() {
    return selection;
  }

  /** The plan; {@code further} adds what is rounded beside the factors of products. */
  PlacementPlan plan(BiConsumer<PlannedProducts, CandidateCollector> further) {
    PlannedProducts products = PlannedProducts.of(examiner, selection, request.dynamic());
    CandidateCollector candidates = candidates(products, further);
    WeightCollector weights = new WeightCollector(model.graph());
    products.addWeights(weights, layers);
    products.keep(WeightedNodes.keptNested(map));
    embeddings(products, weights);
    selection.verify();
    return new PlacementPlan(candidates.candidates(roles), weights.points(), products.keptFloat());
  }

  /** Products are taken out until all readers of those that are left agree. */
  private CandidateCollector candidates(
      PlannedProducts products, BiConsumer<PlannedProducts, CandidateCollector> further) {
    ProductOutputs outputs = new ProductOutputs(examiner);
    while (true) {
      CandidateCollector candidates = new CandidateCollector(model.graph());
      for (Product product : products.planned()) {
        product.operands().stream()
            .filter(Product.Activation.class::isInstance)
            .forEach(operand -> candidates.add(operand.use()));
      }
      if (request.dynamic()) {
        return candidates;
      }
      further.accept(products, candidates);
      Optional<OnnxNode> divided = outputs.agree(products, candidates);
      if (divided.isEmpty()) {
        return candidates;
      }
      products.drop(divided.get(), "its output is read both quantized and in float");
    }
  }

  private void embeddings(PlannedProducts products, WeightCollector weights) {
    EmbeddingLookups tables = new EmbeddingLookups(examiner, taps);
    for (OnnxNode node : model.graph().nodes()) {
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
