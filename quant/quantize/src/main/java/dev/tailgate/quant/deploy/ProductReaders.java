package dev.tailgate.quant.deploy;

import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.qdq.QuantizedInputs;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Finds what a weight is multiplied with in matrix products, through layout changes. */
final class ProductReaders {
  private static final Set<String> LAYOUT = Set.of("Transpose", "Identity", "Reshape", "Cast");
  private static final Set<String> PRODUCTS = Set.of("MatMul", "Gemm");
  private static final int LONGEST_CHAIN = 8;

  private ProductReaders() {}

  /** The other operands that are quantized, there or before layout operators; in graph order. */
  static Set<QuantizedInputs.Input> operands(
      OnnxGraph graph, QuantizedInputs inputs, QuantPoint.Weight weight) {
    Set<QuantizedInputs.Input> operands = new LinkedHashSet<>();
    List<OnnxGraph.Use> uses = weight.uses();
    for (int step = 0; step < LONGEST_CHAIN && !uses.isEmpty(); step++) {
      List<OnnxGraph.Use> further = new ArrayList<>();
      for (OnnxGraph.Use use : uses) {
        OnnxNode node = use.node();
        boolean product =
            (node.domain().isEmpty() && PRODUCTS.contains(node.opType()))
                || node.is("com.microsoft", "FusedMatMul");
        if (product && use.inputIndex() <= 1) {
          inputs.of(node, 1 - use.inputIndex()).ifPresent(operands::add);
        } else if (node.domain().isEmpty() && LAYOUT.contains(node.opType())) {
          node.outputs().forEach(output -> further.addAll(graph.uses(output)));
        }
      }
      uses = further;
    }
    return operands;
  }
}
