package dev.tailgate.onnx.attention;

import dev.tailgate.onnx.ir.OnnxNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * A column of sink logits that takes part in a softmax and is dropped afterwards, which makes it
 * Softmax1 (logit 0) or a relative with another, perhaps learned, logit:
 *
 * <pre>
 *   scores ─ Pad(one column, in front or behind) ─ Softmax ─ Slice(drop it)
 *   scores ─ Concat(constant column) ─ [Sub own maximum] ─ Softmax ─ Slice(drop it)
 * </pre>
 *
 * Casts may lie between any two of these.
 */
final class SinkColumn {
  private SinkColumn() {}

  /** Where a column was put and what the scores are without it. */
  private record Widening(String scores, boolean first, List<OnnxNode> nodes) {
    Widening then(List<OnnxNode> later) {
      List<OnnxNode> all = new ArrayList<>(nodes);
      all.addAll(later);
      return new Widening(scores, first, all);
    }
  }

  static Optional<NormaliserMatch> around(Dataflow flow, NormaliserMatch softmax) {
    return widening(flow, softmax.maskedScores())
        .flatMap(
            wide ->
                dropping(flow, softmax.output(), wide.first())
                    .map(
                        after ->
                            softmax.wrapped(
                                Normaliser.SOFTMAX1,
                                wide.scores(),
                                kept(after.get(after.size() - 1), wide.first()),
                                wide.nodes(),
                                after)));
  }

  private static Optional<Widening> widening(Dataflow flow, String value) {
    OnnxNode node = flow.graph().producer(value).orElse(null);
    if (node == null) {
      return Optional.empty();
    }
    if (isCast(node)) {
      return widening(flow, node.input(0)).map(wide -> wide.then(List.of(node)));
    }
    if (node.is("Sub")) {
      return flow.ownMaximum(node)
          .flatMap(
              maximum ->
                  widening(flow, node.input(0)).map(wide -> wide.then(List.of(maximum, node))));
    }
    if (node.is("Pad")) {
      return paddedColumn(flow, node)
          .map(first -> new Widening(node.input(0), first, List.of(node)));
    }
    if (!node.is("Concat") || node.inputs().size() != 2) {
      return Optional.empty();
    }
    boolean first = isColumn(flow, node.input(0), 0);
    if (!first && !isColumn(flow, node.input(1), 0)) {
      return Optional.empty();
    }
    return Optional.of(new Widening(node.input(first ? 1 : 0), first, List.of(node)));
  }

  /**
   * Whether a pad by exactly one place of the last axis, with a constant, is in front; empty where
   * it pads otherwise.
   */
  private static Optional<Boolean> paddedColumn(Dataflow flow, OnnxNode pad) {
    if (!pad.stringAttribute("mode", "constant").equals("constant")) {
      return Optional.empty();
    }
    long[] amounts =
        pad.hasInput(1)
            ? FoldedIntegers.of(flow, pad.input(1)).orElse(new long[0])
            : pad.intsAttribute("pads").stream()
                .flatMap(List::stream)
                .mapToLong(Long::longValue)
                .toArray();
    Optional<List<Long>> axes = pad.hasInput(3) ? flow.integers(pad.input(3)) : Optional.empty();
    boolean one =
        LongStream.of(amounts).allMatch(amount -> amount == 0 || amount == 1)
            && LongStream.of(amounts).sum() == 1;
    if (!one || (axes.isPresent() && !axes.get().equals(List.of(-1L)))) {
      return Optional.empty();
    }
    if (amounts[amounts.length - 1] == 1) {
      return Optional.of(false);
    }
    return amounts[amounts.length / 2 - 1] == 1 ? Optional.of(true) : Optional.empty();
  }

  /** The nodes behind the softmax up to the one that drops the column. */
  private static Optional<List<OnnxNode>> dropping(Dataflow flow, String wide, boolean dropFirst) {
    List<OnnxNode> nodes = new ArrayList<>();
    Optional<OnnxNode> next = flow.onlyUse(wide).map(use -> use.node());
    while (next.isPresent() && isCast(next.get())) {
      nodes.add(next.get());
      next = flow.onlyUse(next.get().output(0)).map(use -> use.node());
    }
    if (next.filter(node -> drops(flow, node, dropFirst)).isEmpty()) {
      return Optional.empty();
    }
    nodes.add(next.get());
    return Optional.of(nodes);
  }

  /**
   * Whether a slice leaves the column out, or a split whose other part nothing reads. An end that
   * is written as a length needs no look at its value: the product behind the slice takes as many
   * columns as there were scores.
   */
  private static boolean drops(Dataflow flow, OnnxNode slice, boolean dropFirst) {
    if (slice.is("Split")) {
      return slice.outputs().size() == 2
          && flow.graph().uses(slice.output(dropFirst ? 0 : 1)).isEmpty()
          && !flow.graph().isOutput(slice.output(dropFirst ? 0 : 1));
    }
    if (!slice.is("Slice")) {
      return false;
    }
    Optional<Long> start = bound(flow, slice, 1, "starts");
    if (!start.equals(Optional.of(dropFirst ? 1L : 0L))) {
      return false;
    }
    Optional<Long> end = bound(flow, slice, 2, "ends");
    boolean toTheEnd = end.filter(e -> e >= Integer.MAX_VALUE).isPresent();
    boolean length = end.isEmpty() || (end.get() > 0 && !toTheEnd);
    return length || (dropFirst ? toTheEnd : end.get() == -1);
  }

  /** What a slice leaves, or the part of a split that is used. */
  private static String kept(OnnxNode dropping, boolean dropFirst) {
    return dropping.output(dropping.is("Split") && dropFirst ? 1 : 0);
  }

  private static boolean isCast(OnnxNode node) {
    return node.is("Cast") || node.is("CastLike") || node.is("Identity");
  }

  /** A one-element slice bound: an input since opset 10, an attribute before. */
  private static Optional<Long> bound(Dataflow flow, OnnxNode slice, int input, String attribute) {
    Optional<List<Long>> values =
        slice.hasInput(input) ? flow.integers(slice.input(input)) : slice.intsAttribute(attribute);
    return values.filter(v -> v.size() == 1).map(v -> v.get(0));
  }

  /** Whether {@code value} holds nothing but constants, spread over the shape of the scores. */
  private static boolean isColumn(Dataflow flow, String value, int depth) {
    if (flow.isConstant(value)) {
      return true;
    }
    OnnxNode node = flow.graph().producer(value).orElse(null);
    return node != null
        && depth <= 8
        && (node.is("ConstantOfShape")
            || ((Dataflow.isView(node) || node.is("CastLike") || node.is("Tile"))
                && isColumn(flow, node.input(0), depth + 1)));
  }
}
