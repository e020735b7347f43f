package dev.tailgate.onnx.role;

import dev.tailgate.onnx.attention.Dataflow;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds norms: the fused operators, and from each square root of a mean of squares plus epsilon the
 * spelled-out forms.
 *
 * <pre>
 *   d = x - mean(x)   (RMSNorm: d = x)
 *   y = d / sqrt(mean(d * d) + eps) [* gain] [+ bias]
 * </pre>
 */
public final class NormFinder {
  private static final Set<String> FUSED =
      Set.of("LayerNormalization", "RMSNormalization", "SimplifiedLayerNormalization");
  private static final Set<String> FUSED_WITH_SUM =
      Set.of("SkipLayerNormalization", "SkipSimplifiedLayerNormalization");

  private final Dataflow flow;

  private NormFinder(Dataflow flow) {
    this.flow = flow;
  }

  /** All norms in graph order. */
  public static List<Norm> find(Dataflow flow) {
    NormFinder finder = new NormFinder(flow);
    List<Norm> norms = new ArrayList<>();
    for (OnnxNode node : flow.graph().nodes()) {
      if (FUSED.contains(node.opType())) {
        norms.add(
            new Norm(flow.source(node.input(0)), node.output(0), Set.of(node), isCentred(node)));
      } else if (FUSED_WITH_SUM.contains(node.opType())) {
        norms.add(new Norm(node.output(3), node.output(0), Set.of(node), isCentred(node)));
      } else if (node.opType().equals("EmbedLayerNormalization")) {
        norms.add(new Norm(node.output(2), node.output(0), Set.of(node), isCentred(node)));
      } else if (node.is("Sqrt")) {
        finder.spelledOut(node).ifPresent(norms::add);
      }
    }
    return norms;
  }

  private static boolean isCentred(OnnxNode node) {
    return !node.opType().contains("RMS") && !node.opType().contains("Simplified");
  }

  /** Whether {@code node} is a residual sum and a norm in one. */
  static boolean isFusedWithSum(OnnxNode node) {
    return FUSED_WITH_SUM.contains(node.opType());
  }

  private Optional<Norm> spelledOut(OnnxNode sqrt) {
    Optional<String> deviation =
        operand(sqrt.input(0), "Add")
            .flatMap(mean -> flow.sourceNode(mean).filter(n -> n.is("ReduceMean")))
            .flatMap(mean -> flow.sourceNode(mean.input(0)))
            .flatMap(this::squared);
    if (deviation.isEmpty()) {
      return Optional.empty();
    }
    String d = flow.source(deviation.get());
    Optional<OnnxNode> sub = flow.graph().producer(d).filter(this::centres);
    String input = sub.map(n -> flow.source(n.input(0))).orElse(d);
    Optional<String> output = foldedGain(sqrt, input);
    if (output.isEmpty()) {
      output = normalised(sqrt).map(this::scaledAndShifted);
    }
    return output.map(value -> new Norm(input, value, entry(input), sub.isPresent()));
  }

  /** The operand of a node {@code op} that is not constant, if {@code value} comes from one. */
  private Optional<String> operand(String value, String op) {
    return flow.sourceNode(value)
        .filter(n -> n.is(op))
        .flatMap(n -> n.inputs().stream().filter(i -> !flow.isConstant(i)).findFirst());
  }

  private Optional<String> squared(OnnxNode node) {
    boolean power = node.is("Pow") && flow.scalar(node.input(1)).filter(e -> e == 2.0).isPresent();
    boolean product =
        node.is("Mul") && flow.source(node.input(0)).equals(flow.source(node.input(1)));
    return power || product ? Optional.of(node.input(0)) : Optional.empty();
  }

  private boolean centres(OnnxNode node) {
    return node.is("Sub")
        && flow.sourceNode(node.input(1))
            .filter(n -> n.is("ReduceMean"))
            .filter(n -> flow.source(n.input(0)).equals(flow.source(node.input(0))))
            .isPresent();
  }

  /**
   * TensorFlow's order: {@code g = gain / sqrt(..)}, then {@code x * g + (bias - mean * g)}; the
   * output is the sum that takes {@code x * g}.
   */
  private Optional<String> foldedGain(OnnxNode sqrt, String input) {
    return flow.realUses(sqrt.output(0)).stream()
        .filter(use -> use.node().is("Reciprocal"))
        .flatMap(use -> flow.realUses(use.node().output(0)).stream())
        .filter(use -> use.node().is("Mul"))
        .filter(use -> flow.isConstant(use.node().input(1 - use.inputIndex())))
        .flatMap(use -> flow.realUses(use.node().output(0)).stream())
        .filter(use -> use.node().is("Mul"))
        .filter(use -> flow.source(use.node().input(1 - use.inputIndex())).equals(input))
        .flatMap(use -> flow.realUses(use.node().output(0)).stream())
        .filter(use -> use.node().is("Add"))
        .map(use -> use.node().output(0))
        .findFirst();
  }

  /** The quotient by the root: a division, or a product with its reciprocal. */
  private Optional<String> normalised(OnnxNode sqrt) {
    for (OnnxGraph.Use use : flow.realUses(sqrt.output(0))) {
      OnnxNode node = use.node();
      boolean inverts =
          node.is("Reciprocal")
              || (node.is("Div") && use.inputIndex() == 1 && flow.isConstant(node.input(0)));
      if (inverts) {
        return flow.realUses(node.output(0)).stream()
            .filter(u -> u.node().is("Mul"))
            .findFirst()
            .map(u -> u.node().output(0));
      }
      if (node.is("Div") && use.inputIndex() == 1) {
        return Optional.of(node.output(0));
      }
    }
    return Optional.empty();
  }

  private String scaledAndShifted(String normalised) {
    return constantOperation(constantOperation(normalised, "Mul"), "Add");
  }

  private String constantOperation(String value, String op) {
    List<OnnxGraph.Use> uses = flow.realUses(value);
    if (uses.size() == 1 && uses.get(0).node().is(op) && !flow.graph().isOutput(value)) {
      OnnxNode node = uses.get(0).node();
      if (flow.isConstant(node.input(1 - uses.get(0).inputIndex()))) {
        return node.output(0);
      }
    }
    return value;
  }

  private Set<OnnxNode> entry(String input) {
    Set<OnnxNode> nodes = new HashSet<>();
    for (OnnxGraph.Use use : flow.realUses(input)) {
      OnnxNode node = use.node();
      if (node.is("ReduceMean")
          || node.is("Sub")
          || node.is("Pow")
          || node.is("Mul")
          || node.is("Div")) {
        nodes.add(node);
      }
    }
    return nodes;
  }
}
