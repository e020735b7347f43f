package dev.tailgate.onnx.gradient.linear;

import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.ElementType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code y} sums products of elements of the operands over the letters that it does not have. The
 * derivative by an operand is the product of the others, so its gradient is an {@code Einsum} of
 * {@code dy} and the others over the letters that the operand does not have. A letter that nobody
 * else has was summed alone: its gradient is repeated, by a factor of ones that has it. The three
 * dots stand for axes like letters do. Where an operand may have size 1 along a letter on which
 * another is longer, or fewer axes for the dots, its gradient is summed over what was repeated.
 *
 * <p>A letter twice in one operand, a diagonal, is refused.
 */
public final class EinsumGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    EinsumFormula formula = EinsumFormula.of(node);
    for (int i = 0; i < formula.operands().size(); i++) {
      if (node.wants(i)) {
        Value product = product(node, formula, i);
        node.give(i, isWhole(node, formula, i) ? product : node.summedTo(product, "", i));
      }
    }
  }

  private static Value product(Adjoint node, EinsumFormula formula, int operand) {
    GraphBuilder graph = node.graph();
    String letters = formula.operands().get(operand);
    List<String> terms = new ArrayList<>(List.of(formula.result()));
    List<Value> factors = new ArrayList<>(List.of(node.upstream()));
    for (int i = 0; i < formula.operands().size(); i++) {
      if (i != operand) {
        terms.add(formula.operands().get(i));
        factors.add(node.in(i));
      }
    }
    String alone = formula.alone(operand);
    if (!alone.isEmpty()) {
      long[] axes = alone.chars().mapToLong(letter -> formula.axis(operand, letter)).toArray();
      Value sizes = node.in(operand).shape().gather(0, graph.longs(axes));
      ElementType type = node.upstream().type();
      ConstantTensor one = ConstantTensor.ofReals("", type, List.of(1L), 1);
      terms.add(alone);
      factors.add(graph.node("ConstantOfShape", sizes).with("value", one).value().of(type));
    }
    // The runtime gives dots where it is given some; what they stand for is summed afterwards.
    boolean isDotted = String.join("", terms).indexOf(EinsumFormula.DOTS) >= 0;
    boolean needsDots = isDotted && letters.indexOf(EinsumFormula.DOTS) < 0;
    String made = needsDots ? EinsumFormula.DOTS + letters : letters;
    String equation = EinsumFormula.written(String.join(",", terms) + "->" + made);
    return graph.node("Einsum", factors.toArray(Value[]::new)).with("equation", equation).value();
  }

  /** Whether the operand is as long as all others along each of its letters, in every run. */
  private static boolean isWhole(Adjoint node, EinsumFormula formula, int operand) {
    Optional<List<Dim>> dims = node.dims(operand);
    String letters = formula.operands().get(operand);
    if (formula.operands().size() == 1) {
      return true;
    }
    boolean isDotted =
        formula.operands().stream().anyMatch(all -> all.indexOf(EinsumFormula.DOTS) >= 0);
    if (dims.isEmpty() || isDotted) {
      return false;
    }
    for (int i = 0; i < letters.length(); i++) {
      Dim dim = dims.get().get(i);
      if (dim.sizeOrMinusOne() <= 1
          && !isSameElsewhere(node, formula, operand, letters.charAt(i), dim)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isSameElsewhere(
      Adjoint node, EinsumFormula formula, int operand, char letter, Dim dim) {
    if (dim instanceof Dim.Unknown) {
      return false;
    }
    for (int i = 0; i < formula.operands().size(); i++) {
      int axis = formula.operands().get(i).indexOf(letter);
      Optional<List<Dim>> dims = node.dims(i);
      boolean isElsewhere = i != operand && axis >= 0;
      if (isElsewhere && (dims.isEmpty() || !dims.get().get(axis).equals(dim))) {
        return false;
      }
    }
    return true;
  }
}
