package dev.tailgate.onnx.gradient.linear;

import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;

/**
 * {@code Y = alpha A' B' + beta C}, where {@code A'} is {@code A} or, with {@code transA}, its
 * transpose, {@code B'} in the same way, and {@code C} is broadcast: {@code dA' = alpha dY B'^T}
 * and {@code dB' = alpha A'^T dY}, each written so that no transpose is computed, and {@code dC =
 * beta dY} summed over the axes that were repeated.
 */
public final class GemmGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    boolean isLeftTurned = node.node().intAttribute("transA", 0) != 0;
    boolean isRightTurned = node.node().intAttribute("transB", 0) != 0;
    Value a = node.in(0);
    Value b = node.in(1);
    Value g = node.upstream();
    if (node.wants(0)) {
      node.give(
          0,
          isLeftTurned
              ? product(node, b, isRightTurned, g, true)
              : product(node, g, false, b, !isRightTurned));
    }
    if (node.wants(1)) {
      node.give(
          1,
          isRightTurned
              ? product(node, g, true, a, isLeftTurned)
              : product(node, a, !isLeftTurned, g, false));
    }
    if (node.wants(2)) {
      float beta = node.node().floatAttribute("beta", 1);
      Value sum = node.summedTo(g, node.node().output(0), 2);
      node.give(2, beta == 1 ? sum : sum.times(beta));
    }
  }

  private static Value product(
      Adjoint node, Value one, boolean isOneTurned, Value other, boolean isOtherTurned) {
    return node.graph()
        .node("Gemm", one, other)
        .with("alpha", node.node().floatAttribute("alpha", 1))
        .with("transA", isOneTurned ? 1 : 0)
        .with("transB", isOtherTurned ? 1 : 0)
        .value();
  }
}
