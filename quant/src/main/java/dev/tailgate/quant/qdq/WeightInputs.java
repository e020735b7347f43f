package dev.tailgate.quant.qdq;

import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Finds the weights a node multiplies or looks up, through layout changes of constants. */
final class WeightInputs {
  private static final Set<String> LAYOUT = Set.of("Transpose", "Identity", "Reshape", "Cast");
  private static final int LONGEST_CHAIN = 8;

  private WeightInputs() {}

  /**
   * A weight.
   *
   * @param constant name of the constant
   * @param use the use of the constant on the way to the node
   */
  record Weight(String constant, OnnxGraph.Use use) {}

  static List<Weight> of(OnnxGraph graph, OnnxNode node) {
    List<Weight> weights = new ArrayList<>();
    for (int input : weightInputs(node)) {
      find(graph, node, input).ifPresent(weights::add);
    }
    return weights;
  }

  private static int[] weightInputs(OnnxNode node) {
    if (!node.domain().isEmpty()) {
      boolean fusedMatMul = node.is("com.microsoft", "FusedMatMul");
      return fusedMatMul ? new int[] {0, 1} : new int[0];
    }
    return switch (node.opType()) {
      case "MatMul", "Gemm" -> new int[] {0, 1};
      case "Conv", "ConvTranspose", "LayerNormalization", "RMSNormalization" -> new int[] {1};
      case "Gather" -> new int[] {0};
      case "Mul" -> new int[] {0, 1};
      default -> new int[0];
    };
  }

  private static Optional<Weight> find(OnnxGraph graph, OnnxNode node, int input) {
    OnnxNode reader = node;
    int at = input;
    for (int step = 0; step < LONGEST_CHAIN && reader.hasInput(at); step++) {
      String value = reader.input(at);
      Optional<ConstantTensor> constant = graph.constant(value);
      if (constant.isPresent()) {
        return isWeight(node, constant.get())
            ? Optional.of(new Weight(value, new OnnxGraph.Use(reader, at)))
            : Optional.empty();
      }
      Optional<OnnxNode> producer =
          graph.producer(value).filter(n -> n.domain().isEmpty() && LAYOUT.contains(n.opType()));
      if (producer.isEmpty()) {
        return Optional.empty();
      }
      reader = producer.get();
      at = 0;
    }
    return Optional.empty();
  }

  /** Scalars scale scores or constants of activation functions; vectors scale only in norms. */
  private static boolean isWeight(OnnxNode node, ConstantTensor tensor) {
    if (!tensor.type().isFloat()) {
      return false;
    }
    int rank = tensor.dims().size();
    return switch (node.opType()) {
      case "LayerNormalization", "RMSNormalization" -> true;
      case "Mul" -> rank == 1 && tensor.elementCount() > 1;
      default -> rank >= 2;
    };
  }
}
