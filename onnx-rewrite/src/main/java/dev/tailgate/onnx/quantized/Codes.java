package dev.tailgate.onnx.quantized;

import dev.tailgate.onnx.ir.OnnxNode;
import java.util.Set;

/** What may happen to codes on their way to where they are multiplied. */
final class Codes {
  private static final Set<String> LAYOUT =
      Set.of("Expand", "Flatten", "Identity", "Reshape", "Squeeze", "Transpose", "Unsqueeze");

  private Codes() {}

  /** Whether {@code node} gives the codes it reads, perhaps rearranged. */
  static boolean keeps(OnnxNode node) {
    return node.domain().isEmpty() && LAYOUT.contains(node.opType());
  }
}
