package dev.tailgate.onnx.role;

import dev.tailgate.onnx.attention.Dataflow;
import dev.tailgate.onnx.attention.Linear;
import dev.tailgate.onnx.attention.SplitProduct;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Follows the branches of a block: to their linear maps and to where they join the stream. */
final class BranchSearch {
  private static final int DEPTH = 6;

  private final Dataflow flow;
  private final Set<String> activations;
  private final Map<String, Norm> normByOutput = new HashMap<>();
  private final Map<OnnxNode, Norm> normByEntry = new HashMap<>();
  private final List<Norm> norms;

  BranchSearch(Dataflow flow, Set<String> activations, List<Norm> norms) {
    this.flow = flow;
    this.activations = activations;
    this.norms = norms;
    for (Norm norm : norms) {
      normByOutput.put(norm.output(), norm);
      norm.entry().forEach(node -> normByEntry.put(node, norm));
    }
  }

  /** The first norm of {@code value}. */
  Optional<Norm> normOf(String value) {
    return norms.stream().filter(n -> !n.input().isEmpty() && n.input().equals(value)).findFirst();
  }

  /** The norm whose output {@code value} is a view of. */
  Optional<Norm> normMaking(String value) {
    return Optional.ofNullable(normByOutput.get(flow.source(value)));
  }

  /** Whether one norm, and nothing else, reads {@code value}. */
  boolean onlyNormReads(String value) {
    List<OnnxGraph.Use> uses = flow.realUses(value);
    return !uses.isEmpty()
        && !flow.graph().isOutput(value)
        && uses.stream().map(u -> normByEntry.get(u.node())).distinct().count() == 1
        && normByEntry.containsKey(uses.get(0).node());
  }

  /** The linear map that takes {@code value}, perhaps gated, scaled or normalised on the way. */
  Optional<Linear> linearTaking(String value) {
    return linearTaking(value, DEPTH);
  }

  private Optional<Linear> linearTaking(String value, int depth) {
    if (depth == 0) {
      return Optional.empty();
    }
    List<OnnxGraph.Use> uses = flow.realUses(value);
    for (OnnxGraph.Use use : uses) {
      Optional<Linear> linear = Linear.at(flow, use.node());
      if (linear.isPresent()) {
        return linear;
      }
    }
    for (OnnxGraph.Use use : uses) {
      Optional<String> next = passed(use);
      Optional<Linear> linear = next.flatMap(v -> linearTaking(v, depth - 1));
      if (linear.isPresent()) {
        return linear;
      }
    }
    return Optional.empty();
  }

  private Optional<String> passed(OnnxGraph.Use use) {
    Norm norm = normByEntry.get(use.node());
    if (norm != null) {
      return Optional.of(norm.output());
    }
    // A gate multiplies, and heads computed one by one are put side by side.
    boolean passes =
        use.node().is("Mul")
            || use.node().is("Concat")
            || SplitProduct.takesChannels(flow, use.node());
    return passes ? Optional.of(use.node().output(0)) : Optional.empty();
  }

  /** The sum by which the branch {@code value} joins the stream. */
  Optional<ResidualSum> joining(String value) {
    return joining(value, DEPTH);
  }

  private Optional<ResidualSum> joining(String value, int depth) {
    if (depth == 0) {
      return Optional.empty();
    }
    List<OnnxGraph.Use> uses = flow.realUses(value);
    for (OnnxGraph.Use use : uses) {
      Optional<ResidualSum> sum = sumAt(use);
      if (sum.isPresent()) {
        return sum;
      }
    }
    for (OnnxGraph.Use use : uses) {
      Optional<ResidualSum> sum = scaledOrNormed(use).flatMap(v -> joining(v, depth - 1));
      if (sum.isPresent()) {
        return sum;
      }
    }
    return Optional.empty();
  }

  /** A branch may be scaled by constants (LayerScale) or normalised before it joins. */
  private Optional<String> scaledOrNormed(OnnxGraph.Use use) {
    OnnxNode node = use.node();
    Norm norm = normByEntry.get(node);
    if (norm != null) {
      return Optional.of(norm.output());
    }
    boolean scales = node.is("Mul") && flow.isConstant(node.input(1 - use.inputIndex()));
    return scales ? Optional.of(node.output(0)) : Optional.empty();
  }

  /** Reads {@code use} as the branch side of a residual sum. */
  Optional<ResidualSum> sumAt(OnnxGraph.Use use) {
    OnnxNode node = use.node();
    boolean fused = NormFinder.isFusedWithSum(node);
    if ((!node.is("Add") && !fused) || use.inputIndex() < 0 || use.inputIndex() > 1) {
      return Optional.empty();
    }
    String stream = node.input(1 - use.inputIndex());
    if (!activations.contains(flow.source(stream))) {
      return Optional.empty();
    }
    String sum = fused ? node.output(3) : node.output(0);
    return Optional.of(new ResidualSum(node, node.input(use.inputIndex()), stream, sum));
  }

  /** The linear map at the end of the branch that {@code value} is, behind scales and norms. */
  Optional<Linear> linearEnding(String value) {
    String at = flow.source(value);
    for (int i = 0; i < DEPTH; i++) {
      Optional<Linear> linear = Linear.making(flow, at);
      if (linear.isPresent()) {
        return linear;
      }
      Optional<OnnxNode> node = flow.graph().producer(at);
      Norm norm = normByOutput.get(at);
      if (norm != null) {
        at = flow.source(norm.input());
      } else if (node.isPresent() && node.get().is("Mul")) {
        int constant = flow.isConstant(node.get().input(0)) ? 0 : 1;
        if (!flow.isConstant(node.get().input(constant))) {
          return Optional.empty();
        }
        at = flow.source(node.get().input(1 - constant));
      } else {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  /** Sums that read {@code value} as one of their operands. */
  List<ResidualSum> sumsReading(String value) {
    return flow.realUses(value).stream().map(this::sumAt).flatMap(Optional::stream).toList();
  }
}
