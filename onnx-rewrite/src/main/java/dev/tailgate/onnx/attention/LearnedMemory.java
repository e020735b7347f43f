package dev.tailgate.onnx.attention;

import dev.tailgate.onnx.ir.OnnxNode;

/**
 * Tells products with a learned memory from linear maps. Keys and values that do not depend on the
 * input are folded to constants, and {@code softmax(Q K^T) V} looks like a classifier or router:
 *
 * <pre>
 *   scores   [.., T, M] = Q [.., T, d] * K^T [.., d, M]
 *   context  [.., T, e] = softmax(scores) * V [.., M, e]
 * </pre>
 *
 * Both constants need an axis for the batch or the heads in front, also where that is 1: exporters
 * write the weights of a linear map as a matrix, and a memory without such an axis is the same
 * graph as a map, a softmax and another map. That one is left alone, and so is a softmax whose
 * outcome meets anything but constants.
 */
final class LearnedMemory {
  private static final int BATCHED = 3;

  private LearnedMemory() {}

  /** Whether {@code product} multiplies an activation by a batch of constant matrices. */
  static boolean isReadBy(Dataflow flow, Ranks ranks, OnnxNode product) {
    // An Einsum with three axes of weights is how some frameworks write a projection to heads.
    return Dataflow.isProduct(product)
        && !product.is("Einsum")
        && !flow.isConstant(product.input(0))
        && flow.isConstant(product.input(1))
        && ranks.of(product.input(1)) >= BATCHED;
  }
}
