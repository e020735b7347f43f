package dev.tailgate.onnx.attention;

import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * A small integer tensor that a graph computes from constants alone, as tracing exporters leave the
 * bounds of a pad: {@code Concat, ConstantOfShape, Reshape, Slice, Transpose, Cast} of constants.
 */
final class FoldedIntegers {
  private static final Set<ElementType> INTEGERS = Set.of(ElementType.INT32, ElementType.INT64);
  private static final int LIMIT = 32;
  private static final int DEPTH = 16;

  private final List<Long> dims;
  private final long[] values;

  /** One or two sizes, and the elements in row-major order. */
  private FoldedIntegers(List<Long> dims, long[] values) {
    this.dims = dims;
    this.values = values;
  }

  /** The elements of {@code value}; empty where it is no such tensor. */
  static Optional<long[]> of(Dataflow flow, String value) {
    return fold(flow, value, 0).map(folded -> folded.values);
  }

  private static Optional<FoldedIntegers> fold(Dataflow flow, String value, int depth) {
    Optional<ConstantTensor> constant = flow.graph().constant(value);
    if (constant.isPresent()) {
      return constant
          .filter(c -> c.elementCount() <= LIMIT && INTEGERS.contains(c.type()))
          .map(c -> new FoldedIntegers(c.dims(), c.toLongs(LIMIT)));
    }
    OnnxNode node = flow.graph().producer(value).orElse(null);
    if (node == null || depth > DEPTH) {
      return Optional.empty();
    }
    if (node.is("Concat")) {
      return concat(flow, node, depth);
    }
    Optional<FoldedIntegers> data = fold(flow, node.input(0), depth + 1);
    return switch (node.opType()) {
      case "Cast", "Identity" -> data;
      case "ConstantOfShape" -> data.flatMap(shape -> filled(node, shape.values));
      case "Reshape" ->
          data.flatMap(d -> fold(flow, node.input(1), depth + 1).flatMap(d::reshaped));
      case "Slice" -> data.flatMap(d -> d.sliced(flow, node));
      case "Transpose" -> data.flatMap(FoldedIntegers::turned);
      default -> Optional.empty();
    };
  }

  private static Optional<FoldedIntegers> concat(Dataflow flow, OnnxNode node, int depth) {
    long[] all = {};
    for (String part : node.inputs()) {
      Optional<FoldedIntegers> folded =
          fold(flow, part, depth + 1).filter(tensor -> tensor.dims.size() == 1);
      if (folded.isEmpty() || all.length > LIMIT) {
        return Optional.empty();
      }
      all = LongStream.concat(LongStream.of(all), LongStream.of(folded.get().values)).toArray();
    }
    return Optional.of(vector(all));
  }

  private static Optional<FoldedIntegers> filled(OnnxNode node, long[] shape) {
    if (shape.length != 1 || shape[0] < 0 || shape[0] > LIMIT) {
      return Optional.empty();
    }
    long[] values = new long[(int) shape[0]];
    Arrays.fill(values, node.tensorAttribute("value").map(t -> t.toLongs(1)[0]).orElse(0L));
    return Optional.of(vector(values));
  }

  private Optional<FoldedIntegers> reshaped(FoldedIntegers shape) {
    long known = LongStream.of(shape.values).filter(size -> size > 0).reduce(1, (a, b) -> a * b);
    if (shape.values.length > 2 || LongStream.of(shape.values).anyMatch(size -> size == 0)) {
      return Optional.empty();
    }
    List<Long> sizes =
        LongStream.of(shape.values).mapToObj(s -> s < 0 ? values.length / known : s).toList();
    return Optional.of(new FoldedIntegers(sizes, values));
  }

  private Optional<FoldedIntegers> turned() {
    if (dims.size() != 2) {
      return Optional.empty();
    }
    int rows = dims.get(0).intValue();
    int columns = dims.get(1).intValue();
    long[] turned = new long[values.length];
    for (int i = 0; i < values.length; i++) {
      turned[i % columns * rows + i / columns] = values[i];
    }
    return Optional.of(new FoldedIntegers(List.of(dims.get(1), dims.get(0)), turned));
  }

  /** All rows in reverse order, or the tensor as it is. */
  private Optional<FoldedIntegers> sliced(Dataflow flow, OnnxNode node) {
    boolean wholeReversed =
        flow.integers(node.input(1)).equals(Optional.of(List.of(-1L)))
            && flow.integers(node.input(2)).filter(e -> e.get(0) < -LIMIT).isPresent()
            && flow.integers(node.input(3)).equals(Optional.of(List.of(0L)))
            && flow.integers(node.input(4)).equals(Optional.of(List.of(-1L)));
    if (!wholeReversed || dims.isEmpty()) {
      return Optional.empty();
    }
    int rows = dims.get(0).intValue();
    int width = values.length / Math.max(1, rows);
    long[] reversed = new long[values.length];
    for (int row = 0; row < rows; row++) {
      System.arraycopy(values, row * width, reversed, (rows - 1 - row) * width, width);
    }
    return Optional.of(new FoldedIntegers(dims, reversed));
  }

  private static FoldedIntegers vector(long... values) {
    return new FoldedIntegers(List.of((long) values.length), values);
  }
}
