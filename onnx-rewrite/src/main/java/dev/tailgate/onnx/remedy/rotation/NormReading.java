package dev.tailgate.onnx.remedy.rotation;

import dev.tailgate.onnx.attention.Dataflow;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.role.Norm;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A norm with all its operators, such that nothing else looks into it and it is certain to be
 * {@code y = d / sqrt(mean(d d) + eps) g + s} over the last axis, with {@code d = x - mean(x)} or
 * {@code d = x}.
 *
 * @param core the operators from {@code x} to the normalised value
 * @param read the values they read: {@code x}, and casts of it
 * @param epsilon {@code eps}
 * @param fused the one operator, where it is one
 */
record NormReading(
    Norm norm,
    Set<OnnxNode> core,
    Set<String> read,
    double epsilon,
    Affine affine,
    Optional<OnnxNode> fused) {
  private static final Set<String> OPERATORS =
      Set.of(
          "Add",
          "Cast",
          "Div",
          "Identity",
          "Mul",
          "Pow",
          "ReduceMean",
          "Reciprocal",
          "Sqrt",
          "Sub");
  private static final int LARGEST_CORE = 24;

  /** Reads {@code norm}; empty where it has another form. */
  static Optional<NormReading> of(Dataflow flow, LastAxis axes, Norm norm) {
    Optional<OnnxNode> maker = flow.graph().producer(norm.output());
    if (maker.isEmpty()) {
      return Optional.empty();
    }
    if (maker.get().opType().contains("Norm")) {
      return fused(flow, axes, norm, maker.get());
    }
    return Affine.of(flow, norm.output()).flatMap(affine -> spelledOut(flow, axes, norm, affine));
  }

  private static Optional<NormReading> fused(
      Dataflow flow, LastAxis axes, Norm norm, OnnxNode node) {
    boolean single =
        node.is("LayerNormalization")
            || node.is("RMSNormalization")
            || node.opType().equals("SimplifiedLayerNormalization");
    long axis = node.intAttribute("axis", -1);
    boolean hidden = node.output(1).isEmpty() && node.output(2).isEmpty();
    if (!single || !hidden || (axis != -1 && axis != axes.rank(node.input(0)) - 1L)) {
      return Optional.empty();
    }
    double epsilon = node.floatAttribute("epsilon", 1e-5f);
    return Affine.fused(flow, node)
        .map(
            affine ->
                new NormReading(
                    norm, Set.of(node), Set.of(node.input(0)), epsilon, affine, Optional.of(node)));
  }

  private static Optional<NormReading> spelledOut(
      Dataflow flow, LastAxis axes, Norm norm, Affine affine) {
    Set<OnnxNode> core = new HashSet<>();
    Set<String> read = new HashSet<>();
    Deque<String> open = new ArrayDeque<>(List.of(affine.normalised()));
    while (!open.isEmpty()) {
      String value = open.pop();
      if (flow.source(value).equals(norm.input())) {
        read.add(value);
        continue;
      }
      Optional<OnnxNode> maker = flow.graph().producer(value);
      if (maker.isEmpty()
          || !OPERATORS.contains(maker.get().opType())
          || core.size() > LARGEST_CORE) {
        return Optional.empty();
      }
      if (core.add(maker.get())) {
        maker.get().inputs().stream().filter(i -> !flow.isConstant(i)).forEach(open::add);
      }
    }
    Optional<Double> epsilon = epsilon(flow, core);
    boolean sound =
        epsilon.isPresent()
            && divides(flow, norm, affine)
            && core.stream().allMatch(n -> isClosed(flow, axes, core, n, affine.normalised()));
    return sound
        ? Optional.of(new NormReading(norm, core, read, epsilon.get(), affine, Optional.empty()))
        : Optional.empty();
  }

  /** The constant added to the mean of squares; the only sum in a core. */
  private static Optional<Double> epsilon(Dataflow flow, Set<OnnxNode> core) {
    List<OnnxNode> sums = core.stream().filter(n -> n.is("Add")).toList();
    if (sums.size() != 1) {
      return Optional.empty();
    }
    return flow.scalar(sums.get(0).input(1)).or(() -> flow.scalar(sums.get(0).input(0)));
  }

  /** Whether the quotient is that of the deviations, or of {@code x} itself. */
  private static boolean divides(Dataflow flow, Norm norm, Affine affine) {
    Optional<OnnxNode> last = flow.sourceNode(affine.normalised());
    return last.filter(n -> n.is("Div") || n.is("Mul"))
        .filter(
            n ->
                n.inputs().stream()
                    .map(flow::source)
                    .anyMatch(
                        d ->
                            norm.centred()
                                ? flow.graph().producer(d).filter(s -> s.is("Sub")).isPresent()
                                : d.equals(norm.input())))
        .isPresent();
  }

  private static boolean isClosed(
      Dataflow flow, LastAxis axes, Set<OnnxNode> core, OnnxNode node, String exit) {
    if (node.is("ReduceMean")) {
      Optional<List<Long>> over =
          node.hasInput(1) ? flow.integers(node.input(1)) : node.intsAttribute("axes");
      long last = axes.rank(node.input(0)) - 1L;
      boolean rows =
          over.filter(a -> a.size() == 1 && (a.get(0) == -1 || a.get(0) == last)).isPresent()
              && node.intAttribute("keepdims", 1) == 1;
      if (!rows) {
        return false;
      }
    }
    for (String output : node.outputs()) {
      boolean shown = flow.graph().isOutput(output);
      for (OnnxGraph.Use use : flow.dataUses(output)) {
        shown |= !core.contains(use.node());
      }
      if (shown && !output.equals(exit)) {
        return false;
      }
    }
    return true;
  }

  /** A place to name: what makes the result. */
  String place(Dataflow flow) {
    return flow.graph().producer(norm.output()).map(OnnxNode::id).orElse("a norm");
  }
}
