package dev.tailgate.onnx.gradient.normal;

import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import java.util.stream.LongStream;

/** What the normalisations over the last axes have in common. */
final class NormalizedAxes {
  private NormalizedAxes() {}

  /** The axes from {@code axis} on, counted from the end where it is given so. */
  static long[] of(Adjoint node) {
    long axis = node.node().intAttribute("axis", -1);
    if (axis < 0) {
      return LongStream.range(axis, 0).toArray();
    }
    int rank = node.rank(0).orElseThrow(() -> node.refusal("the rank of its input is not known"));
    return LongStream.range(axis, rank).toArray();
  }

  /** {@code 1 / sqrt(mean(x^2) + epsilon)}. */
  static Value reciprocal(Adjoint node, Value x, long[] axes) {
    double epsilon = node.node().floatAttribute("epsilon", 1e-5f);
    return x.times(x).mean(axes).plus(epsilon).sqrt().op("Reciprocal");
  }
}
