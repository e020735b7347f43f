package dev.tailgate.onnx.gradient.layout;

import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;
import java.util.Optional;

/**
 * In inference, where the third input is left out or false, {@code dx = dy}. In training {@code y =
 * x m/(1-r)}, and {@code dx = dy m/(1-r)} with the mask {@code m}, which the node has to give as
 * its second output: another run of it would draw another one. What is computed when the model runs
 * decides there: where it says inference, the mask is true everywhere and nothing is scaled.
 */
public final class DropoutGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    Value upstream = node.upstream();
    Optional<Boolean> isTraining = isTraining(node);
    if (isTraining.isPresent() && !isTraining.get()) {
      node.give(0, upstream);
      return;
    }
    if (node.node().output(1).isEmpty()) {
      throw node.refusal("it drops elements and does not give its mask");
    }
    GraphBuilder graph = node.graph();
    Value one = graph.scalar(upstream.type(), 1);
    Value ratio =
        node.has(1) ? node.in(1).cast(upstream.type()) : graph.scalar(upstream.type(), 0.5);
    Value kept = one.minus(ratio);
    Value scale = isTraining.isPresent() ? kept : node.in(2).where(kept, one).of(upstream.type());
    node.give(0, node.masked(upstream, node.out(1)).over(scale));
  }

  /** Whether elements are dropped; empty where that is computed. */
  private static Optional<Boolean> isTraining(Adjoint node) {
    if (!node.has(2)) {
      return Optional.of(false);
    }
    return node.constant(2).map(training -> training.toLongs(1)[0] != 0);
  }
}
