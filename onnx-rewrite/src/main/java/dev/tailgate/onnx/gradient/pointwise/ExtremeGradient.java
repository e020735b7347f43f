package dev.tailgate.onnx.gradient.pointwise;

import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;
import dev.tailgate.onnx.ir.ElementType;
import java.util.ArrayList;
import java.util.List;

/**
 * The largest or the least of some tensors, {@code Max} and {@code Min}: {@code dy} goes to the
 * input that is chosen, in equal parts to those that tie, as in PyTorch's {@code maximum}.
 */
public final class ExtremeGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    int count = node.node().inputs().size();
    if (count == 1) {
      node.give(0, node.upstream());
      return;
    }
    Value y = node.out(0);
    List<Value> chosen = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      chosen.add(node.in(i).op("Equal", y).of(ElementType.BOOL).cast(y.type()));
    }
    Value share = node.upstream().over(chosen.stream().reduce(Value::plus).orElseThrow());
    for (int i = 0; i < count; i++) {
      if (node.wants(i)) {
        node.giveBroadcast(i, share.times(chosen.get(i)));
      }
    }
  }
}
