package dev.tailgate.quant.placement;

import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;

/** The operators that ONNX Runtime has integer matrix kernels for. */
final class MatrixOperators {
  private MatrixOperators() {}

  /** Whether {@code node} is a plain matrix product or convolution. */
  static boolean is(OnnxNode node) {
    return node.is("MatMul") || node.is("Gemm") || node.is("Conv");
  }

  /** Whether one of them makes {@code value}, before any bias of its own node. */
  static boolean makes(OnnxGraph graph, String value) {
    return graph.producer(value).filter(MatrixOperators::is).isPresent();
  }
}
