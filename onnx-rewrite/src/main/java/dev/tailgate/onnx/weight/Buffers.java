package dev.tailgate.onnx.weight;

import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.ElementReader;
import java.util.Set;
import java.util.TreeSet;

/**
 * Constants that meet activations as weights do and are none. They are known by their elements:
 *
 * <ul>
 *   <li>a mask is added to scores and holds a number below {@value #CLOSED}, or, with two axes
 *       longer than 1, two numbers of which one is 0;
 *   <li>sines and cosines by position lie in [-1, 1], those of position 0 are 0 or 1, and not all
 *       are 0.
 * </ul>
 */
final class Buffers {
  private static final double CLOSED = -1e4;
  private static final int FEW = 2;

  private Buffers() {}

  static boolean isMask(ConstantTensor constant) {
    double[] least = {Double.POSITIVE_INFINITY};
    Set<Double> values = new TreeSet<>();
    ElementReader.forEach(
        constant,
        value -> {
          least[0] = Math.min(least[0], value);
          if (values.size() <= FEW) {
            values.add(value == 0 ? 0.0 : value);
          }
        });
    boolean isTable = !Weight.isVector(constant);
    return least[0] <= CLOSED || (isTable && values.size() == FEW && values.contains(0.0));
  }

  static boolean isZero(ConstantTensor constant) {
    boolean[] zero = {true};
    ElementReader.forEach(constant, value -> zero[0] &= value == 0);
    return zero[0];
  }

  /** The position is the first axis longer than 1, the angle the last. */
  static boolean isCircular(ConstantTensor constant) {
    if (Weight.isVector(constant)) {
      return false;
    }
    long angles = constant.dims().get(constant.dims().size() - 1);
    boolean[] within = {true, true, true, true};
    long[] at = {0};
    ElementReader.forEach(
        constant,
        value -> {
          within[0] &= Math.abs(value) <= 1;
          within[3] &= value == 0;
          if (at[0]++ < angles) {
            within[1] &= value == 0;
            within[2] &= value == 1;
          }
        });
    return within[0] && (within[1] || within[2]) && !within[3];
  }
}
