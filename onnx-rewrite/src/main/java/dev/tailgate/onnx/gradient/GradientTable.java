package dev.tailgate.onnx.gradient;

import dev.tailgate.onnx.gradient.adjoint.GradientRule;
import dev.tailgate.onnx.gradient.linear.MatMulGradient;
import dev.tailgate.onnx.gradient.pointwise.AddGradient;
import dev.tailgate.onnx.gradient.pointwise.MulGradient;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Which operators have a gradient, and by which rule. */
public final class GradientTable {
  private static final String ONNX = "";

  /** All operators, in the order of the families of rules. */
  public static final List<Entry> ENTRIES =
      List.of(
          rule(ONNX, "MatMul", new MatMulGradient(), ""),
          rule(ONNX, "Add", new AddGradient(), ""),
          rule(ONNX, "Mul", new MulGradient(), ""),
          zero(ONNX, "Shape", "sizes"),
          zero(ONNX, "Equal", "a truth value"));

  private static final Map<String, Entry> BY_NAME =
      ENTRIES.stream().collect(Collectors.toMap(Entry::key, Function.identity()));

  private GradientTable() {}

  /**
   * One operator.
   *
   * @param domain of the operator
   * @param op its name
   * @param rule how gradients pass; empty where the derivative is zero wherever there is one
   * @param without inputs that get no gradient and why, or what makes the derivative zero
   */
  public record Entry(String domain, String op, Optional<GradientRule> rule, String without) {
    String key() {
      return domain + ":" + op;
    }
  }

  private static Entry rule(String domain, String op, GradientRule rule, String without) {
    return new Entry(domain, op, Optional.of(rule), without);
  }

  /** The derivative is zero wherever it exists: gradients end here, and no rule is missed. */
  private static Entry zero(String domain, String op, String because) {
    return new Entry(domain, op, Optional.empty(), because);
  }

  /** What is known of the operator of {@code node}; empty where nothing is. */
  public static Optional<Entry> entry(OnnxNode node) {
    return Optional.ofNullable(BY_NAME.get(node.domain() + ":" + node.opType()));
  }

  /** Whether gradients end at {@code node} because its outputs are constant around every input. */
  public static boolean isZero(OnnxNode node) {
    return entry(node).filter(entry -> entry.rule().isEmpty()).isPresent();
  }
}
