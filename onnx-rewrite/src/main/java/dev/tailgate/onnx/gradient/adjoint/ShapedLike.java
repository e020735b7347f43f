package dev.tailgate.onnx.gradient.adjoint;

import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.Dim;
import java.util.List;
import java.util.Optional;

/**
 * Elements of one value in the shape of another of as many elements. Where known sizes, sizes that
 * stay where they are and one that follows from the others make up the shape, it is a constant;
 * else it is that of the value when the model runs.
 */
final class ShapedLike {
  private ShapedLike() {}

  /**
   * {@code gradient} in the shape of {@code target}.
   *
   * @param like a value of the forward pass with the shape of {@code gradient}; empty text where
   *     there is none
   */
  static Value of(Adjoint node, Value gradient, String like, String target) {
    Optional<List<Dim>> from = like.isEmpty() ? Optional.empty() : node.shapes().of(like);
    Optional<List<Dim>> to = node.shapes().of(target);
    if (!like.isEmpty() && node.shapes().areEqual(like, target)) {
      return gradient;
    }
    Optional<long[]> shape = to.flatMap(dims -> constant(from.orElse(List.of()), dims));
    return shape.isPresent()
        ? gradient.reshape(shape.get())
        : node.graph()
            .node("Reshape", gradient, node.graph().value(target).shape())
            .with("allowzero", 1)
            .value();
  }

  private static Optional<long[]> constant(List<Dim> from, List<Dim> to) {
    long[] shape = new long[to.size()];
    int rest = 0;
    for (int i = 0; i < shape.length; i++) {
      Dim dim = to.get(i);
      boolean stays = i < from.size() && dim.equals(from.get(i)) && !(dim instanceof Dim.Unknown);
      if (dim.equals(Dim.of(0))) {
        return Optional.empty();
      } else if (dim.sizeOrMinusOne() > 0) {
        shape[i] = dim.sizeOrMinusOne();
      } else if (stays) {
        shape[i] = 0;
      } else {
        shape[i] = -1;
        rest++;
      }
    }
    return rest > 1 ? Optional.empty() : Optional.of(shape);
  }
}
