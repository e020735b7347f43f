package dev.tailgate.onnx.fused;

import dev.tailgate.onnx.ir.ModelException;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.rewrite.RewriteScope;
import java.util.List;
import java.util.Optional;

/**
 * Writes the fused operators of the main graph out as ordinary ones, for passes that know no
 * others: attentions, rotary embeddings, embeddings with their norm, sums with a norm, variants of
 * Gelu and products. Initialisers, inputs and outputs keep their names, and all values are the same
 * but for the rounding of float32. Fused operators inside branches, loops and functions stay.
 */
public final class WrittenOut {
  private static final String PASS = "WriteOutFused";

  private static final List<FusedForm> FORMS =
      List.of(
          new FusedAttention(),
          new FusedRotary(),
          new FusedEmbedding(),
          new FusedSkipNorm(),
          new FusedGelu(),
          new FusedProduct());

  private WrittenOut() {}

  /**
   * The model without fused operators; the model itself where it has none.
   *
   * @throws ModelException where one cannot be written out, with its place and the reason
   */
  public static OnnxModel of(OnnxModel model) {
    RewriteScope scope = RewriteScope.open(model, PASS, 0);
    boolean hasAny = false;
    for (OnnxNode node : model.graph().nodes()) {
      Optional<FusedForm> form = FORMS.stream().filter(f -> f.concerns(node)).findFirst();
      if (form.isPresent()) {
        form.get().fault(scope, node).ifPresent(reason -> refuse(node, reason));
        form.get().write(scope, node);
        hasAny = true;
      }
    }
    return hasAny ? scope.commit() : model;
  }

  private static void refuse(OnnxNode node, String reason) {
    throw ModelException.doing("writing fused operators out")
        .expected("a form of " + node.opType() + " that ordinary operators stand for")
        .found("one that they do not: " + reason)
        .where("node " + node.id())
        .fix("Export the model without this fusion, or take the model it was made from.");
  }
}
