package dev.tailgate.onnx.opset;

/**
 * How a node of an older form of its operator is written in that of {@link RaiseOpset#OPSET}.
 * Implementations are final and keep nothing.
 */
@FunctionalInterface
interface OpsetRule {
  /**
   * Replaces the node, or leaves it where it is written the same.
   *
   * @throws dev.tailgate.onnx.ir.ModelException where the newer form cannot say it, made by {@link
   *     OldNode#refusal}
   */
  void write(OldNode old);
}
