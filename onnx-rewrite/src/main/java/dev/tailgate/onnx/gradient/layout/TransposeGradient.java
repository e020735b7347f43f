package dev.tailgate.onnx.gradient.layout;

import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;
import java.util.List;
import java.util.Optional;

/**
 * {@code y} has axis {@code perm[i]} of {@code x} as axis {@code i}; {@code dx} has axis {@code i}
 * of {@code dy} as axis {@code perm[i]}. Without {@code perm} axes are reversed, and once more they
 * are as they were.
 */
public final class TransposeGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    Optional<List<Long>> perm = node.node().intsAttribute("perm");
    if (perm.isEmpty()) {
      node.give(0, node.upstream().op("Transpose"));
      return;
    }
    long[] inverse = new long[perm.get().size()];
    for (int i = 0; i < inverse.length; i++) {
      inverse[Math.toIntExact(perm.get().get(i))] = i;
    }
    node.give(0, node.upstream().transpose(inverse));
  }
}
