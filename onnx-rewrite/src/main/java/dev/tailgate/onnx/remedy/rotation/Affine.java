package dev.tailgate.onnx.remedy.rotation;

import dev.tailgate.onnx.attention.Dataflow;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What a norm does after normalising: {@code y = n g + s}, read off the operators behind it.
 *
 * @param normalised {@code n}; empty for a fused operator, which keeps it to itself
 * @param first the use of {@code n} by the first of these operators; empty where there is none
 * @param gain {@code g [D]}; empty for ones
 * @param shift {@code s [D]}; empty for zeros
 */
record Affine(
    String normalised,
    Optional<OnnxGraph.Use> first,
    Optional<double[]> gain,
    Optional<double[]> shift) {
  /** Constants of this size are read: widths of models end long before. */
  private static final int LIMIT = 1 << 20;

  /** The operators behind a spelled-out norm with result {@code output}; empty if not constants. */
  static Optional<Affine> of(Dataflow flow, String output) {
    Affine whole = new Affine(output, Optional.empty(), Optional.empty(), Optional.empty());
    Optional<Step> shift = step(flow, output, "Add");
    if (shift.isPresent()) {
      Step s = shift.get();
      if (s.vector().isEmpty()) {
        return Optional.empty();
      }
      whole = new Affine(s.operand(), Optional.of(s.use()), Optional.empty(), s.vector());
    }
    Optional<Step> gain = step(flow, whole.normalised(), "Mul");
    if (gain.isPresent()) {
      Step g = gain.get();
      if (g.vector().isEmpty()) {
        return Optional.empty();
      }
      whole = new Affine(g.operand(), Optional.of(g.use()), g.vector(), whole.shift());
    }
    return Optional.of(whole);
  }

  /** Gain and shift of a fused operator; empty if they are not constants. */
  static Optional<Affine> fused(Dataflow flow, OnnxNode node) {
    Optional<double[]> gain = vector(flow, node.input(1));
    Optional<double[]> shift = node.hasInput(2) ? vector(flow, node.input(2)) : Optional.empty();
    boolean unread = gain.isEmpty() || (node.hasInput(2) && shift.isEmpty());
    return unread
        ? Optional.empty()
        : Optional.of(new Affine("", Optional.empty(), gain, shift.filter(Affine::isNotZero)));
  }

  private static boolean isNotZero(double[] values) {
    return Arrays.stream(values).anyMatch(v -> v != 0);
  }

  /** The width {@code D} that gain or shift state. */
  Optional<Integer> width() {
    return gain.or(() -> shift).map(values -> values.length);
  }

  private record Step(OnnxGraph.Use use, String operand, Optional<double[]> vector) {}

  private static Optional<Step> step(Dataflow flow, String value, String op) {
    Optional<OnnxNode> maker = flow.graph().producer(value);
    while (maker.filter(n -> n.is("Cast") || n.is("Identity")).isPresent()) {
      maker = flow.graph().producer(maker.get().input(0));
    }
    if (maker.filter(n -> n.is(op)).isEmpty()) {
      return Optional.empty();
    }
    OnnxNode node = maker.get();
    for (int i = 0; i < 2; i++) {
      if (flow.isConstant(node.input(1 - i)) && !flow.isConstant(node.input(i))) {
        Optional<double[]> vector = vector(flow, node.input(1 - i));
        return Optional.of(new Step(new OnnxGraph.Use(node, i), node.input(i), vector));
      }
    }
    return Optional.empty();
  }

  /**
   * The elements of a vector {@code [D]}, {@code [1, D]}, ..., perhaps a stored one plus a scalar,
   * as Gemma has its gains.
   */
  static Optional<double[]> vector(Dataflow flow, String value) {
    Optional<ConstantTensor> constant = flow.graph().constant(value);
    if (constant.isPresent()) {
      List<Long> dims = constant.get().dims();
      boolean isVector =
          !dims.isEmpty()
              && constant.get().type().isFloat()
              && constant.get().elementCount() == dims.get(dims.size() - 1)
              && constant.get().elementCount() <= LIMIT;
      return isVector ? Optional.of(constant.get().toDoubles(LIMIT)) : Optional.empty();
    }
    Optional<OnnxNode> maker = flow.graph().producer(value);
    if (maker.filter(n -> n.is("Cast") || n.is("Identity")).isPresent()) {
      return vector(flow, maker.get().input(0));
    }
    if (maker.filter(n -> n.is("Add")).isEmpty()) {
      return Optional.empty();
    }
    for (int i = 0; i < 2; i++) {
      Optional<Double> scalar = flow.scalar(maker.get().input(i));
      Optional<double[]> rest = vector(flow, maker.get().input(1 - i));
      if (scalar.isPresent() && rest.isPresent()) {
        return Optional.of(Arrays.stream(rest.get()).map(v -> v + scalar.get()).toArray());
      }
    }
    return Optional.empty();
  }
}
