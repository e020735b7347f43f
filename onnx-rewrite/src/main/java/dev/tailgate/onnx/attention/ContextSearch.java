package dev.tailgate.onnx.attention;

import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Looks from probabilities forwards for their product with the values, through the nodes that cast,
 * drop, guard or quantize probabilities.
 */
final class ContextSearch {
  private static final Set<String> FIRST_INPUT =
      Set.of("Clip", "DequantizeLinear", "Div", "DynamicQuantizeLinear", "QuantizeLinear", "Slice");
  private static final Set<String> ANY_INPUT = Set.of("Add", "Mul");

  /** How a search ended. */
  sealed interface Outcome {
    /**
     * @param product the product of probabilities and values
     * @param valueInput which of its inputs the values are
     */
    record Found(OnnxNode product, int valueInput) implements Outcome {}

    /**
     * @param reason what uses the probabilities instead
     */
    record Blocked(String reason) implements Outcome {}
  }

  private final Dataflow flow;
  private final Predicate<OnnxGraph.Use> meetsValues;
  private final Set<String> visited = new HashSet<>();
  private final Set<String> obstacles = new TreeSet<>();

  private ContextSearch(Dataflow flow, Predicate<OnnxGraph.Use> meetsValues) {
    this.flow = flow;
    this.meetsValues = meetsValues;
  }

  /** The product with values that are activations. */
  static Outcome from(Dataflow flow, String value) {
    return from(flow, value, use -> !flow.isConstant(use.node().input(1 - use.inputIndex())));
  }

  /** The product with the values of a learned memory. */
  static Outcome toMemory(Dataflow flow, Ranks ranks, String value) {
    return from(
        flow,
        value,
        use -> use.inputIndex() == 0 && LearnedMemory.isReadBy(flow, ranks, use.node()));
  }

  private static Outcome from(Dataflow flow, String value, Predicate<OnnxGraph.Use> meetsValues) {
    ContextSearch search = new ContextSearch(flow, meetsValues);
    Outcome found = search.walk(value);
    if (found != null) {
      return found;
    }
    return new Outcome.Blocked(
        search.obstacles.isEmpty()
            ? "nothing uses the output"
            : "no MatMul takes the probabilities: " + String.join("; ", search.obstacles));
  }

  private @Nullable Outcome walk(String value) {
    if (!visited.add(value)) {
      return null;
    }
    List<OnnxGraph.Use> uses = flow.dataUses(value);
    for (OnnxGraph.Use use : uses) {
      OnnxNode node = use.node();
      boolean operand = use.inputIndex() == 0 || use.inputIndex() == 1;
      if (operand && Dataflow.isProduct(node) && meetsValues.test(use)) {
        return new Outcome.Found(node, 1 - use.inputIndex());
      }
    }
    for (OnnxGraph.Use use : uses) {
      Optional<HeadMixing> mixing = HeadMixing.startingAt(flow, use);
      if (mixing.isPresent() || passes(use)) {
        Outcome found = walk(mixing.map(HeadMixing::output).orElse(use.node().output(0)));
        if (found != null) {
          return found;
        }
      } else {
        obstacles.add(obstacle(use.node()));
      }
    }
    if (flow.graph().isOutput(value)) {
      obstacles.add("the output is a graph output");
    }
    return null;
  }

  private static String obstacle(OnnxNode node) {
    String to = "they go to " + node.opType() + " " + node.id();
    return Dataflow.isProduct(node) ? to + " with constant weights" : to;
  }

  private static boolean passes(OnnxGraph.Use use) {
    OnnxNode node = use.node();
    if (Dataflow.isView(node) || FIRST_INPUT.contains(node.opType())) {
      return use.inputIndex() == 0;
    }
    if (node.is("Where")) {
      return use.inputIndex() > 0;
    }
    return ANY_INPUT.contains(node.opType());
  }
}
