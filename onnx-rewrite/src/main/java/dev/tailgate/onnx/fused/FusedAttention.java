package dev.tailgate.onnx.fused;

import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.rewrite.FusedChoice;
import dev.tailgate.onnx.rewrite.RewriteScope;
import dev.tailgate.onnx.rewrite.SoftmaxSpec;
import dev.tailgate.onnx.rewrite.fused.FusedRefusals;
import dev.tailgate.onnx.rewrite.fused.FusedRules;
import java.util.Optional;

/** Attentions that are one operator, by the rules that a rewrite has for them. */
final class FusedAttention implements FusedForm {
  @Override
  public boolean concerns(OnnxNode node) {
    return FusedRefusals.of(node).isPresent()
        || FusedRules.ALL.stream().anyMatch(rule -> rule.concerns(node));
  }

  @Override
  public Optional<String> fault(RewriteScope scope, OnnxNode node) {
    return choice(scope, node) instanceof FusedChoice.Refuses refuses
        ? Optional.of(refuses.reason())
        : Optional.empty();
  }

  @Override
  public void write(RewriteScope scope, OnnxNode node) {
    if (choice(scope, node) instanceof FusedChoice.Takes takes) {
      takes.rule().apply(scope, node, SoftmaxSpec.SOFTMAX);
    }
  }

  private static FusedChoice choice(RewriteScope scope, OnnxNode node) {
    return FusedRules.choose(scope, node, SoftmaxSpec.SOFTMAX, false);
  }
}
