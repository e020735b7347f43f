package dev.tailgate.onnx.attention;

import dev.tailgate.onnx.ir.OnnxNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A softmax written with elementary operators, found from the node that divides:
 *
 * <pre>
 *   z ─[Sub max]─ Exp ─┬────────────────── Div        softmax
 *                      └ ReduceSum ─[Add]─┘
 * </pre>
 *
 * A denominator of {@code 1 + sum} without a shift, or {@code exp(-m) + sum} behind a shift by
 * {@code m}, is Softmax1. A shift by the maximum together with a plain 1 is a mistake seen in the
 * wild (shift invariant, weights of at most one half) and is refused.
 *
 * @param scores what is normalised
 * @param output the probabilities
 * @param denominator what is added to the sum
 * @param nodes the nodes of the picture
 */
record WrittenSoftmax(String scores, String output, Denominator denominator, List<OnnxNode> nodes) {

  /** What stands beside the sum of exponentials. */
  enum Denominator {
    /** Nothing, or a tiny number against division by zero. */
    SUM,
    /** The exponential of a zero logit, shifted as the others are. */
    SUM_AND_SINK,
    /** The number 1 although the logits are shifted. */
    SUM_AND_MISPLACED_ONE
  }

  private static final double TINY = 1e-4;

  /** The softmax that {@code node} ends, when it is one. */
  static Optional<WrittenSoftmax> endingAt(Dataflow flow, OnnxNode node) {
    if (!node.is("Div") && !node.is("Mul")) {
      return Optional.empty();
    }
    Set<OnnxNode> nodes = new LinkedHashSet<>();
    Optional<OnnxNode> exp = flow.sourceNode(node.input(0)).filter(n -> n.is("Exp"));
    if (exp.isEmpty()) {
      return Optional.empty();
    }
    nodes.add(exp.get());
    String below = node.input(1);
    if (node.is("Mul")) {
      Optional<OnnxNode> reciprocal = flow.sourceNode(below).filter(n -> n.is("Reciprocal"));
      if (reciprocal.isEmpty()) {
        return Optional.empty();
      }
      nodes.add(reciprocal.get());
      below = reciprocal.get().input(0);
    }
    Shift shift = Shift.of(flow, exp.get());
    Optional<Denominator> denominator = denominator(flow, below, exp.get(), shift, nodes);
    if (denominator.isEmpty()) {
      return Optional.empty();
    }
    nodes.addAll(shift.nodes());
    nodes.add(node);
    List<OnnxNode> ordered = new ArrayList<>(nodes);
    ordered.sort((a, b) -> Integer.compare(a.index(), b.index()));
    return Optional.of(
        new WrittenSoftmax(shift.scores(), node.output(0), denominator.get(), ordered));
  }

  /** Whether {@code node} ends a Softmax1 whose 1 was not shifted with the logits. */
  static boolean isMistaken(Dataflow flow, OnnxNode node) {
    return endingAt(flow, node)
        .filter(found -> found.denominator() == Denominator.SUM_AND_MISPLACED_ONE)
        .isPresent();
  }

  /** As a normaliser; empty for the mistake. */
  Optional<NormaliserMatch> match() {
    return switch (denominator) {
      case SUM -> Optional.of(NormaliserMatch.of(Normaliser.SOFTMAX, scores, output, nodes));
      case SUM_AND_SINK ->
          Optional.of(NormaliserMatch.of(Normaliser.SOFTMAX1, scores, output, nodes));
      case SUM_AND_MISPLACED_ONE -> Optional.empty();
    };
  }

  /**
   * What is subtracted before the exponential.
   *
   * @param scores the logits before the subtraction
   * @param by what is subtracted, or empty
   */
  private record Shift(String scores, String by, List<OnnxNode> nodes) {
    static Shift of(Dataflow flow, OnnxNode exp) {
      Optional<OnnxNode> sub = flow.sourceNode(exp.input(0)).filter(n -> n.is("Sub"));
      Optional<OnnxNode> maximum = sub.flatMap(flow::ownMaximum);
      return maximum.isPresent()
          ? new Shift(sub.get().input(0), sub.get().input(1), List.of(maximum.get(), sub.get()))
          : new Shift(exp.input(0), "", List.of());
    }
  }

  private static Optional<Denominator> denominator(
      Dataflow flow, String value, OnnxNode exp, Shift shift, Set<OnnxNode> nodes) {
    OnnxNode node = flow.sourceNode(value).orElse(null);
    if (node == null) {
      return Optional.empty();
    }
    if (node.is("ReduceSum")) {
      boolean sums = flow.source(node.input(0)).equals(exp.output(0)) && flow.reducesLastAxis(node);
      nodes.add(node);
      return sums ? Optional.of(Denominator.SUM) : Optional.empty();
    }
    if (!node.is("Add")) {
      return Optional.empty();
    }
    for (int i = 0; i < 2; i++) {
      OnnxNode sum = flow.sourceNode(node.input(i)).filter(n -> n.is("ReduceSum")).orElse(null);
      if (sum != null && denominator(flow, node.input(i), exp, shift, nodes).isPresent()) {
        nodes.add(node);
        return addend(flow, node.input(1 - i), shift, nodes);
      }
    }
    return Optional.empty();
  }

  private static Optional<Denominator> addend(
      Dataflow flow, String value, Shift shift, Set<OnnxNode> nodes) {
    Optional<Double> number = flow.scalar(value);
    if (number.isPresent()) {
      if (Math.abs(number.get()) < TINY) {
        return Optional.of(Denominator.SUM);
      }
      return number.get() != 1
          ? Optional.empty()
          : Optional.of(
              shift.by().isEmpty() ? Denominator.SUM_AND_SINK : Denominator.SUM_AND_MISPLACED_ONE);
    }
    // exp(-m) is the sink as the shift moves it.
    OnnxNode exp = flow.sourceNode(value).filter(n -> n.is("Exp")).orElse(null);
    OnnxNode neg =
        exp == null ? null : flow.sourceNode(exp.input(0)).filter(n -> n.is("Neg")).orElse(null);
    if (exp == null || neg == null || !neg.input(0).equals(shift.by())) {
      return Optional.empty();
    }
    nodes.add(neg);
    nodes.add(exp);
    return Optional.of(Denominator.SUM_AND_SINK);
  }
}
