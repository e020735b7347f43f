package dev.tailgate.onnx.opset;

import java.util.OptionalInt;

/**
 * Softmax and its kin. Before, the axes from {@code axis} on, 1 unless said otherwise, were one;
 * now it is along one axis. Where that axis is the last, both are the same. Else
 *
 * <pre>
 *   Softmax(x, axis) -> Reshape(Softmax(Flatten(x, axis), -1), Shape(x))
 * </pre>
 */
final class OneAxis implements OpsetRule {
  @Override
  public void write(OldNode old) {
    String op = old.node().opType();
    long axis = old.node().intAttribute("axis", 1);
    OptionalInt rank = old.rank(0);
    if (axis == -1 || (rank.isPresent() && axis == rank.getAsInt() - 1)) {
      old.end(old.instead(op, old.in(0)).attribute("axis", -1));
      return;
    }
    String flat = old.step("Flatten", old.in(0)).attribute("axis", axis).add();
    String given = old.step(op, flat).attribute("axis", -1).add();
    String shape = old.step("Shape", old.in(0)).add();
    old.end(old.instead("Reshape", given, shape).attribute("allowzero", 1));
  }
}
