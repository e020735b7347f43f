package dev.tailgate.engine.gradient;

import dev.tailgate.onnx.ir.Dim;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** How much a differentiation is told of the shapes of a graph; its gradients are the same. */
enum Knowledge {
  /** Every size. */
  SIZES,
  /** Which sizes are equal: one symbol for each. */
  SYMBOLS,
  /** The number of dimensions. */
  RANKS,
  /** Nothing. */
  NOTHING;

  /** What is told of a value that has this shape. */
  Optional<List<Dim>> of(long[] shape) {
    return switch (this) {
      case SIZES -> Optional.of(Dim.sizes(shape));
      case SYMBOLS ->
          Optional.of(Arrays.stream(shape).mapToObj(size -> Dim.of("size" + size)).toList());
      case RANKS ->
          Optional.of(Arrays.stream(shape).mapToObj(size -> (Dim) new Dim.Unknown()).toList());
      case NOTHING -> Optional.empty();
    };
  }
}
