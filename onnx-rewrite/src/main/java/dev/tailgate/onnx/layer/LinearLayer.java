package dev.tailgate.onnx.layer;

import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.Optional;

/**
 * {@code output = input W + b} with {@code W [in, out]} a matrix of the file.
 *
 * @param product the MatMul, or the Gemm without scaling
 * @param input what is multiplied, {@code [..., in]}
 * @param weight where the product reads the matrix
 * @param constant name of the stored matrix, perhaps turned on the way to the product
 * @param turned whether the product sees {@code W^T [out, in]}
 * @param stored whether the file holds the matrix as the product sees it, not through a Transpose
 * @param in width of the input
 * @param out width of the output
 * @param bias added to the product, {@code [out]}
 * @param output the result after the bias, {@code [..., out]}
 */
public record LinearLayer(
    OnnxNode product,
    String input,
    OnnxGraph.Use weight,
    String constant,
    boolean turned,
    boolean stored,
    int in,
    int out,
    Optional<Parameter> bias,
    String output) {
  /** A name to show: that of the product. */
  public String id() {
    return product.id();
  }
}
