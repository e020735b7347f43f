package dev.tailgate.onnx.rewrite.fused;

import dev.tailgate.onnx.build.Extents;
import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.NodeDraft;
import java.util.List;

/**
 * Writes an attention as the operators it stands for, in the order that the finder of attentions
 * follows backwards and forwards from the softmax.
 *
 * <pre>
 *   query [B,H,T,Dh]   key [B,H,S,Dh]
 *        \             /
 *         MatMul with Transpose
 *               |
 *          Mul or Div               scores
 *               |
 *       Div, Tanh, Mul              only with softcap
 *               |
 *           Add ...                 masks, each broadcast to [B,H,T,S]
 *               |
 *            Softmax                over S
 *               |
 *             Where                 only where rows without keys give 0
 *               |
 *             MatMul -- value [B,H,S,Dv]
 *               |
 *       context [B,H,T,Dv]
 * </pre>
 */
final class DecomposedAttention {
  private static final int KEYS = 3;

  private DecomposedAttention() {}

  /**
   * What is multiplied.
   *
   * @param query {@code [B, H, T, Dh]}
   * @param key {@code [B, H, S, Dh]}
   * @param value {@code [B, H, S, Dv]}
   */
  record Operands(String query, String key, String value) {}

  /**
   * How products become probabilities.
   *
   * @param type element type of the operands
   * @param scale factor of the products; 0 for {@code 1 / sqrt(Dh)} with {@code Dh} of the run
   * @param softcap {@code c} of {@code c tanh(x / c)}; 0 for none
   * @param masks what is added afterwards, in order
   * @param softmaxType element type the softmax is computed in
   * @param clearsEmptyRows whether a row whose keys are all masked gives 0: one whose scores are
   *     all the most negative finite number or minus infinity
   */
  record Weighing(
      ElementType type,
      double scale,
      double softcap,
      List<String> masks,
      ElementType softmaxType,
      boolean clearsEmptyRows) {}

  /**
   * The values made.
   *
   * @param scores products after scaling
   * @param probs probabilities
   * @param context the product with the values, {@code [B, H, T, Dv]}, still to be added
   */
  record Parts(String scores, String probs, NodeDraft context) {}

  /** {@code given} where it is one, else {@code 1 / sqrt(width)}, else 0: to be computed. */
  static double scale(double given, long width) {
    if (given != 0) {
      return given;
    }
    return width > 0 ? 1 / Math.sqrt((double) width) : 0;
  }

  /** Adds the nodes but the last. */
  static Parts emit(Ops ops, Operands operands, Weighing weighing) {
    String product = ops.op("MatMul", operands.query(), ops.transpose(operands.key(), 0, 1, 3, 2));
    String scores = scaled(ops, product, operands.query(), weighing);
    String at = capped(ops, scores, weighing);
    for (String mask : weighing.masks()) {
      at = ops.op("Add", at, mask);
    }
    boolean converts = weighing.softmaxType() != weighing.type();
    String logits = converts ? ops.cast(at, weighing.softmaxType()) : at;
    String probs = ops.node("Softmax", logits).attribute("axis", KEYS).add();
    probs = converts ? ops.cast(probs, weighing.type()) : probs;
    probs = weighing.clearsEmptyRows() ? cleared(ops, weighing.type(), at, probs) : probs;
    return new Parts(scores, probs, ops.node("MatMul", probs, operands.value()));
  }

  private static String scaled(Ops ops, String product, String query, Weighing weighing) {
    if (weighing.scale() != 0) {
      return ops.op("Mul", product, ops.scalar(weighing.type(), weighing.scale()));
    }
    String width = ops.cast(Extents.of(ops, query, KEYS), ElementType.FLOAT);
    String root = ops.op("Sqrt", width);
    return ops.op(
        "Div",
        product,
        weighing.type() == ElementType.FLOAT ? root : ops.cast(root, weighing.type()));
  }

  /** Scores that are NaN stay seen: only rows that a mask empties are cleared. */
  private static String cleared(Ops ops, ElementType type, String scores, String probs) {
    String best = ops.reduce("ReduceMax", scores, -1);
    String limit = ops.scalar(type, Extents.lowest(type) / 2);
    return ops.op("Where", ops.op("Less", best, limit), ops.scalar(type, 0), probs);
  }

  private static String capped(Ops ops, String scores, Weighing weighing) {
    if (weighing.softcap() == 0) {
      return scores;
    }
    String cap = ops.scalar(weighing.type(), weighing.softcap());
    return ops.op("Mul", ops.op("Tanh", ops.op("Div", scores, cap)), cap);
  }
}
