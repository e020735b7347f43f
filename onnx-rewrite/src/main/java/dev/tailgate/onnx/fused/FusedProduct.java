package dev.tailgate.onnx.fused;

import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.rewrite.RewriteScope;
import dev.tailgate.onnx.rewrite.SiteEdit;
import java.util.List;
import java.util.Optional;

/** {@code FusedMatMul}: {@code alpha A B}, each perhaps with its last two axes swapped. */
final class FusedProduct implements FusedForm {
  @Override
  public boolean concerns(OnnxNode node) {
    return node.is(MICROSOFT, "FusedMatMul") || node.is(MICROSOFT, "TransposeMatMul");
  }

  @Override
  public Optional<String> fault(RewriteScope scope, OnnxNode node) {
    if (node.intAttribute("transBatchA", 0) != 0 || node.intAttribute("transBatchB", 0) != 0) {
      return Optional.of("it moves axes of the batch");
    }
    if (!scope.type(node.input(0)).isFloat()) {
      return Optional.of("the element type of its factors cannot be told");
    }
    boolean isTold =
        (node.intAttribute("transA", 0) == 0 || scope.rank(node.input(0)) >= 0)
            && (node.intAttribute("transB", 0) == 0 || scope.rank(node.input(1)) >= 0);
    return isTold ? Optional.empty() : Optional.of("the rank of a factor cannot be told");
  }

  @Override
  public void write(RewriteScope scope, OnnxNode node) {
    SiteEdit edit = scope.replacing(node.id(), List.of(node));
    Ops ops = edit.ops();
    ElementType type = scope.type(node.input(0));
    String left = factor(scope, ops, node, 0, "transA");
    String right = factor(scope, ops, node, 1, "transB");
    float alpha = node.floatAttribute("alpha", 1);
    edit.publish(
        alpha == 1
            ? ops.node("MatMul", left, right)
            : ops.node("Mul", ops.op("MatMul", left, right), ops.scalar(type, alpha)),
        node.output(0));
  }

  /** A vector has nothing to swap, and the operator leaves it. */
  private static String factor(
      RewriteScope scope, Ops ops, OnnxNode node, int input, String attribute) {
    String value = node.input(input);
    int rank = scope.rank(value);
    if (node.intAttribute(attribute, 0) == 0 || rank < 2) {
      return value;
    }
    long[] perm = new long[rank];
    for (int i = 0; i < rank; i++) {
      perm[i] = i;
    }
    perm[rank - 2] = (long) rank - 1;
    perm[rank - 1] = (long) rank - 2;
    return ops.transpose(value, perm);
  }
}
