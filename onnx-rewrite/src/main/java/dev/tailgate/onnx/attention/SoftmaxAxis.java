package dev.tailgate.onnx.attention;

import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.List;
import java.util.Optional;

/** Whether a softmax normalises over the last axis, as attention does over its keys. */
final class SoftmaxAxis {
  private static final int OPSET_WITHOUT_FLATTENING = 13;

  private SoftmaxAxis() {}

  /**
   * Why {@code softmax} is not over the last axis; empty when it is. Before opset 13 a softmax
   * flattens its input to two dimensions at {@code axis}, which is the same as the last axis when
   * all axes between have size 1.
   */
  static Optional<String> fault(Dataflow flow, Ranks ranks, int opset, OnnxNode softmax) {
    boolean flattens = opset < OPSET_WITHOUT_FLATTENING;
    long axis = softmax.intAttribute("axis", flattens ? 1 : -1);
    int rank = ranks.of(softmax.input(0));
    if (axis == -1 || axis == rank - 1) {
      return Optional.empty();
    }
    if (rank < 0) {
      // Scores have three or four dimensions; their axis 1 is never the keys.
      return axis >= 2
          ? Optional.empty()
          : Optional.of(
              "softmax axis is " + axis + " and the rank is unknown: not surely the last");
    }
    if (flattens && onlyOnesAfter(flow, softmax.input(0), Math.floorMod(axis, rank))) {
      return Optional.empty();
    }
    String flattening = flattens ? "; before opset 13 that flattens all axes from there" : "";
    return Optional.of(
        "softmax axis is " + axis + ", not the last (rank " + rank + ")" + flattening);
  }

  private static boolean onlyOnesAfter(Dataflow flow, String value, int axis) {
    Optional<List<Dim>> shape = flow.graph().info(value).flatMap(i -> i.shape());
    return shape.isPresent()
        && shape.get().subList(axis, shape.get().size() - 1).stream()
            .allMatch(d -> d.sizeOrMinusOne() == 1);
  }
}
