package dev.tailgate.onnx.role;

import dev.tailgate.onnx.ir.OnnxNode;
import java.util.Set;

/**
 * A LayerNorm or RMSNorm, fused or spelled out.
 *
 * @param input the normalised tensor, {@code [..., D]}; empty where a fused residual sum keeps it
 *     to itself
 * @param output the result after gain and bias, {@code [..., D]}
 * @param entry the nodes that read {@code input}
 * @param centred whether the mean is subtracted, as LayerNorm does and RMSNorm does not
 */
public record Norm(String input, String output, Set<OnnxNode> entry, boolean centred) {
  /** Copies the nodes. */
  public Norm {
    entry = Set.copyOf(entry);
  }
}
