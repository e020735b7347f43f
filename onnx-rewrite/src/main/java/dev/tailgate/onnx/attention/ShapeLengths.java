package dev.tailgate.onnx.attention;

import dev.tailgate.onnx.ir.OnnxNode;
import java.util.List;
import java.util.Optional;

/**
 * How many elements the tensors have that shapes are given by, which is the number of dimensions of
 * what is reshaped or expanded to them.
 */
final class ShapeLengths {
  private final Dataflow flow;
  private final Ranks ranks;

  /**
   * @param ranks what is known so far; asked again at every call
   */
  ShapeLengths(Dataflow flow, Ranks ranks) {
    this.flow = flow;
    this.ranks = ranks;
  }

  /** How many elements a shape tensor has: a constant's size, or the parts of a Concat. */
  int of(String shape) {
    var constant = flow.graph().constant(shape);
    if (constant.isPresent()) {
      return (int) constant.get().elementCount();
    }
    OnnxNode node = flow.graph().producer(shape).orElse(null);
    if (node == null) {
      return (int)
          flow.graph()
              .info(shape)
              .flatMap(i -> i.shape())
              .filter(s -> s.size() == 1)
              .map(s -> s.get(0).sizeOrMinusOne())
              .orElse(-1L)
              .longValue();
    }
    return switch (node.opType()) {
      case "Shape" -> sliceOfShape(node);
      case "Unsqueeze", "Reshape" -> ranks.of(node.input(0)) == 0 ? 1 : of(node.input(0));
      case "Concat" -> {
        int sum = 0;
        for (String part : node.inputs()) {
          int n = of(part);
          sum = n < 0 || sum < 0 ? -1 : sum + n;
        }
        yield sum;
      }
      case "Cast", "Identity" -> of(node.input(0));
      case "Slice" -> ofSlice(node);
      case "Gather" -> ranks.of(node.input(1)) == 1 ? of(node.input(1)) : -1;
      default -> -1;
    };
  }

  /** A part of a shape between two constants, with a step of 1. */
  private int ofSlice(OnnxNode slice) {
    int whole = of(slice.input(0));
    Optional<Long> start = position(slice, 1, "starts");
    Optional<Long> end = position(slice, 2, "ends");
    boolean steps = slice.hasInput(4) && !position(slice, 4, "").equals(Optional.of(1L));
    return whole < 0 || start.isEmpty() || end.isEmpty() || steps
        ? -1
        : Math.max(0, bound(end.get(), whole) - bound(start.get(), whole));
  }

  private Optional<Long> position(OnnxNode slice, int input, String attribute) {
    Optional<List<Long>> values =
        slice.hasInput(input) ? flow.integers(slice.input(input)) : slice.intsAttribute(attribute);
    return values.filter(v -> v.size() == 1).map(v -> v.get(0));
  }

  /** A Shape gives all dimensions, or those from {@code start} to before {@code end}. */
  private int sliceOfShape(OnnxNode shape) {
    int rank = ranks.of(shape.input(0));
    if (rank < 0) {
      return -1;
    }
    return Math.max(
        0,
        bound(shape.intAttribute("end", rank), rank) - bound(shape.intAttribute("start", 0), rank));
  }

  private static int bound(long position, int rank) {
    long fromFront = position < 0 ? position + rank : position;
    return (int) Math.max(0, Math.min(rank, fromFront));
  }
}
