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
 *       are 0;
 *   <li>a table of both side by side has zeros and ones at position 0, and one sum of squares at
 *       all positions.
 * </ul>
 */
final class Buffers {
  private static final double CLOSED = -1e4;
  private static final int FEW = 2;

  /** Tables in 16-bit floats have three digits. */
  private static final double ROUNDING = 2e-3;

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

  /** Whether each position has a sine and a cosine of some angles, in any order. */
  static boolean isSinusoid(ConstantTensor constant) {
    if (Weight.isVector(constant)) {
      return false;
    }
    long angles = constant.dims().get(constant.dims().size() - 1);
    double[] first = {0};
    double[] sum = {0};
    boolean[] holds = {true};
    long[] at = {0};
    ElementReader.forEach(
        constant,
        value -> {
          boolean isFirst = at[0] < angles;
          holds[0] &= isFirst ? value == 0 || value == 1 : Math.abs(value) <= 1;
          sum[0] += value * value;
          if (++at[0] % angles == 0) {
            first[0] = isFirst ? sum[0] : first[0];
            holds[0] &= Math.abs(sum[0] - first[0]) <= ROUNDING * angles;
            sum[0] = 0;
          }
        });
    return holds[0] && first[0] > 0 && first[0] < angles;
  }
}
