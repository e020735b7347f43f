package dev.tailgate.quant.placement;

import dev.tailgate.onnx.attention.Dataflow;
import dev.tailgate.onnx.attention.Linear;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.Optional;

/** Where the output of a product is rounded, and who then reads it rounded. */
final class ProductOutputs {
  private final OnnxGraph graph;
  private final Dataflow flow;

  ProductOutputs(ProductExaminer examiner) {
    this.graph = examiner.graph();
    this.flow = examiner.flow();
  }

  /** What the integer kernel itself gives: ONNX Runtime takes a Relu into the rounding after it. */
  String ofKernel(OnnxNode product) {
    return afterRelu(product.output(0));
  }

  /**
   * After the bias, where the product has one: a sum with a float constant has no integer kernel,
   * so rounding before it would only cost accuracy.
   */
  String afterBias(OnnxNode product) {
    return afterRelu(Linear.at(flow, product).map(Linear::output).orElse(product.output(0)));
  }

  private String afterRelu(String value) {
    return flow.onlyUse(value)
        .map(OnnxGraph.Use::node)
        .filter(node -> node.is("Relu") && !graph.isOutput(node.output(0)))
        .map(relu -> relu.output(0))
        .orElse(value);
  }

  /**
   * Makes the readers of products agree, as integer kernels have one output, rounded or float.
   * Gives the first product whose readers cannot.
   */
  Optional<OnnxNode> agree(PlannedProducts products, CandidateCollector candidates) {
    for (Product product : products.planned()) {
      OnnxNode node = product.node();
      String output = ofKernel(node);
      if (node.is("Conv") || candidates.isMixed(output)) {
        if (!candidates.canReadAll(output)) {
          return Optional.of(node);
        }
        candidates.addAllUses(output);
      }
    }
    return Optional.empty();
  }
}
