package dev.tailgate.onnx.weight;

import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.List;
import java.util.Set;

/**
 * A logit for each head that takes part in a softmax and has no value behind it: a vector, expanded
 * to a column, beside the scores or the mask that is added to them. It is trained even where it
 * starts at 0. One number 0 for all heads is the constant of Softmax1 and none.
 */
final class SinkLogits {
  /** What lies between the column and the softmax: a mask, a scale, a shift by the maximum. */
  private static final Set<String> BETWEEN =
      Set.of("Add", "Cast", "Div", "Identity", "Mul", "Reshape", "Slice", "Sub", "Where");

  private static final int FAR = 6;

  private SinkLogits() {}

  /** Whether what {@code join} puts together is normalised. */
  static boolean areIn(OnnxGraph graph, OnnxNode join) {
    List<String> values = join.outputs();
    for (int step = 0; step < FAR && !values.isEmpty(); step++) {
      List<OnnxNode> readers =
          values.stream()
              .flatMap(value -> graph.uses(value).stream())
              .map(OnnxGraph.Use::node)
              .distinct()
              .toList();
      if (readers.stream().anyMatch(reader -> reader.is("Softmax"))) {
        return true;
      }
      values =
          readers.stream()
              .filter(reader -> BETWEEN.contains(reader.opType()))
              .flatMap(reader -> reader.outputs().stream())
              .toList();
    }
    return false;
  }
}
