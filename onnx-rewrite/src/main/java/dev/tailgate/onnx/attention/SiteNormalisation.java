package dev.tailgate.onnx.attention;

import dev.tailgate.onnx.ir.OnnxNode;
import java.util.List;
import java.util.Optional;

/**
 * How an attention turns scores into probabilities.
 *
 * @param normaliser what is computed
 * @param node the softmax node, or the last node of one written out
 * @param nodes all nodes from the masked scores to the probabilities, in graph order
 * @param scores what is normalised; of a Softmax1 without the zero column, {@code [B, H, T, S]}
 * @param addend what a fused normaliser adds to the scores first
 * @param probs what comes out, after clipping and without the extra column, {@code [B, H, T, S]}
 */
public record SiteNormalisation(
    Normaliser normaliser,
    OnnxNode node,
    List<OnnxNode> nodes,
    String scores,
    Optional<String> addend,
    String probs) {
  /** Copies the nodes. */
  public SiteNormalisation {
    nodes = List.copyOf(nodes);
  }
}
