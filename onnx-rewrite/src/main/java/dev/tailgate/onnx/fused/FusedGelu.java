package dev.tailgate.onnx.fused;

import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.rewrite.RewriteScope;
import dev.tailgate.onnx.rewrite.SiteEdit;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The variants of Gelu of ONNX Runtime, with {@code x} the input, or its sum with a bias:
 *
 * <pre>{@code
 * Gelu, BiasGelu   x (1 + erf(x / sqrt 2)) / 2
 * FastGelu         x / (1 + e^(-2 u)),  u = sqrt(2 / pi) (x + 0.044715 x^3),  x (1 + tanh u) / 2
 * QuickGelu        x / (1 + e^(-alpha x))
 * }</pre>
 */
final class FusedGelu implements FusedForm {
  private static final Set<String> OPERATORS = Set.of("Gelu", "BiasGelu", "FastGelu", "QuickGelu");
  private static final int BIAS = 1;
  private static final double FACTOR = Math.sqrt(2 / Math.PI);
  private static final double CUBIC = 0.044715;
  private static final float ALPHA = 1.702f;

  @Override
  public boolean concerns(OnnxNode node) {
    return node.domain().equals(MICROSOFT) && OPERATORS.contains(node.opType());
  }

  @Override
  public Optional<String> fault(RewriteScope scope, OnnxNode node) {
    ElementType type = scope.type(node.input(0));
    return type.isFloat()
        ? Optional.empty()
        : Optional.of("the element type of its input cannot be told");
  }

  @Override
  public void write(RewriteScope scope, OnnxNode node) {
    SiteEdit edit = scope.replacing(node.id(), List.of(node));
    Ops ops = edit.ops();
    ElementType type = scope.type(node.input(0));
    boolean hasBias = node.hasInput(BIAS) && !node.opType().equals("QuickGelu");
    String x = hasBias ? ops.op("Add", node.input(0), node.input(BIAS)) : node.input(0);
    String share =
        switch (node.opType()) {
          case "FastGelu" -> ops.op("Sigmoid", cubic(ops, type, x));
          case "QuickGelu" ->
              ops.op("Sigmoid", times(ops, type, x, node.floatAttribute("alpha", ALPHA)));
          default -> distribution(ops, type, x);
        };
    edit.publish(ops.node("Mul", x, share), node.output(0));
  }

  private static String times(Ops ops, ElementType type, String x, double factor) {
    return ops.op("Mul", x, ops.scalar(type, factor));
  }

  private static String distribution(Ops ops, ElementType type, String x) {
    String erf = ops.op("Erf", times(ops, type, x, Math.sqrt(0.5)));
    return ops.op("Add", times(ops, type, erf, 0.5), ops.scalar(type, 0.5));
  }

  /** {@code 2 u}. */
  private static String cubic(Ops ops, ElementType type, String x) {
    String square = times(ops, type, ops.op("Mul", x, x), 2 * FACTOR * CUBIC);
    return ops.op("Mul", ops.op("Add", square, ops.scalar(type, 2 * FACTOR)), x);
  }
}
