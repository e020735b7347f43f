package dev.tailgate.onnx.gradient.linear;

import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.ir.Printable;
import java.util.Arrays;
import java.util.List;

/**
 * The equation of an {@code Einsum} with its result written out. The three dots are one letter
 * here, {@link #DOTS}.
 *
 * @param operands the letters of each operand
 * @param result those of the result
 */
record EinsumFormula(List<String> operands, String result) {
  /** What stands for the three dots. */
  static final char DOTS = '.';

  static EinsumFormula of(Adjoint node) {
    String equation = node.node().stringAttribute("equation", "");
    String plain = equation.replace(" ", "").replace("...", ".");
    int arrow = plain.indexOf("->");
    String left = arrow < 0 ? plain : plain.substring(0, arrow);
    List<String> operands = Arrays.asList(left.split(",", -1));
    String result = arrow < 0 ? implicit(left) : plain.substring(arrow + 2);
    EinsumFormula formula = new EinsumFormula(operands, result);
    boolean isSound =
        operands.size() == node.node().inputs().size()
            && operands.stream().allMatch(EinsumFormula::isDistinct)
            && isDistinct(result)
            && (left.indexOf(DOTS) < 0 || result.indexOf(DOTS) >= 0);
    if (!isSound) {
      throw node.refusal("its equation is " + Printable.of(equation));
    }
    return formula;
  }

  /** Without an arrow the result has the dots, then the letters that occur once, by alphabet. */
  private static String implicit(String left) {
    StringBuilder result = new StringBuilder(left.indexOf(DOTS) >= 0 ? "." : "");
    left.chars()
        .filter(Character::isLetter)
        .filter(letter -> left.indexOf(letter) == left.lastIndexOf(letter))
        .sorted()
        .forEach(letter -> result.append((char) letter));
    return result.toString();
  }

  private static boolean isDistinct(String letters) {
    return letters.chars().allMatch(c -> c == DOTS || Character.isLetter(c))
        && letters.chars().distinct().count() == letters.length();
  }

  /** The equation as ONNX writes it. */
  static String written(String equation) {
    return equation.replace(".", "...");
  }

  /** The letters of an operand that neither the result nor another operand has. */
  String alone(int operand) {
    StringBuilder alone = new StringBuilder();
    for (char letter : operands.get(operand).toCharArray()) {
      boolean isElsewhere = result.indexOf(letter) >= 0;
      for (int i = 0; i < operands.size(); i++) {
        isElsewhere |= i != operand && operands.get(i).indexOf(letter) >= 0;
      }
      if (!isElsewhere) {
        alone.append(letter);
      }
    }
    return alone.toString();
  }

  /** The axis of a letter in an operand; behind the dots counted from the end. */
  long axis(int operand, int letter) {
    String letters = operands.get(operand);
    int at = letters.indexOf(letter);
    int dots = letters.indexOf(DOTS);
    return dots >= 0 && dots < at ? at - letters.length() : at;
  }
}
