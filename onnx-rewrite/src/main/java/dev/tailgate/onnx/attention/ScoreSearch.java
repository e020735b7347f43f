package dev.tailgate.onnx.attention;

import dev.tailgate.onnx.ir.OnnxNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Looks from the input of a softmax backwards for the product of queries and keys, through the
 * nodes that scale, mask, clamp or reshape scores.
 */
final class ScoreSearch {
  private static final Set<String> FIRST_INPUT =
      Set.of(
          "Clip",
          "DequantizeLinear",
          "Div",
          "DynamicQuantizeLinear",
          "QuantizeLinear",
          "Slice",
          "Tanh");
  private static final Set<String> ANY_INPUT = Set.of("Add", "Max", "Min", "Mul", "Sub", "Sum");

  /** How a search ended. */
  sealed interface Outcome {
    /**
     * @param product the product of queries and keys
     * @param queryInput which input of the product the queries are
     * @param path the nodes between it and the softmax, in graph order
     */
    record Found(OnnxNode product, int queryInput, List<ScoreStep> path) implements Outcome {}

    /**
     * @param reason where the search stopped and at what
     */
    record Blocked(String reason) implements Outcome {}
  }

  private final Dataflow flow;
  private final Predicate<OnnxNode> makesScores;
  private final boolean ofConstants;
  private final Set<String> visited = new HashSet<>();
  private final List<String> obstacles = new ArrayList<>();
  private final Deque<ScoreStep> path = new ArrayDeque<>();

  private ScoreSearch(Dataflow flow, Predicate<OnnxNode> makesScores, boolean ofConstants) {
    this.flow = flow;
    this.makesScores = makesScores;
    this.ofConstants = ofConstants;
  }

  /** The product of queries and keys that are activations. */
  static Outcome from(Dataflow flow, String value) {
    return from(flow, value, flow::isActivationProduct);
  }

  /** The product of keys and queries of which one or both are constants. */
  static Outcome toLearnedQueries(Dataflow flow, Ranks ranks, String value) {
    Outcome one = from(flow, value, node -> LearnedQueries.mayMeetKeys(flow, node));
    if (one instanceof Outcome.Found found) {
      return LearnedQueries.normalisesData(flow, ranks, found.product(), found.path())
          ? new Outcome.Found(
              found.product(), LearnedQueries.queryInput(flow, found.product()), found.path())
          : new Outcome.Blocked("the axis of a constant is normalised");
    }
    return flow.isConstant(value)
        ? from(flow, value, node -> LearnedQueries.meetConstantKeys(flow, node))
        : one;
  }

  /** The product of queries and the keys of a learned memory. */
  static Outcome toMemory(Dataflow flow, Ranks ranks, String value) {
    return from(flow, value, node -> LearnedMemory.isReadBy(flow, ranks, node));
  }

  private static Outcome from(Dataflow flow, String value, Predicate<OnnxNode> makesScores) {
    ScoreSearch search = new ScoreSearch(flow, makesScores, flow.isConstant(value));
    OnnxNode product = search.walk(value);
    if (product != null) {
      return new Outcome.Found(product, 0, List.copyOf(search.path));
    }
    return new Outcome.Blocked(
        "no MatMul makes the scores: " + String.join("; ", search.obstacles));
  }

  private @Nullable OnnxNode walk(String value) {
    boolean aside = flow.isConstant(value) && !ofConstants;
    if (value.isEmpty() || aside || !visited.add(value)) {
      return null;
    }
    OnnxNode node = flow.graph().producer(value).orElse(null);
    if (node == null) {
      obstacles.add(
          flow.isConstant(value)
              ? "the scores are a constant"
              : "the input " + value + " is a graph input");
      return null;
    }
    if (makesScores.test(node)) {
      return node;
    }
    Optional<HeadMixing> mixing = HeadMixing.endingAt(flow, node);
    if (mixing.isPresent()) {
      OnnxNode product = walk(mixing.get().input());
      if (product != null) {
        path.addAll(mixing.get().steps());
        return product;
      }
    }
    List<Integer> candidates = dataInputs(node);
    if (candidates.isEmpty()) {
      obstacles.add(obstacle(node));
    }
    for (int input : candidates) {
      OnnxNode product = walk(node.input(input));
      if (product != null) {
        path.addLast(new ScoreStep(node, input, false));
        return product;
      }
    }
    return null;
  }

  private String obstacle(OnnxNode node) {
    String from = "the input comes from " + node.opType() + " " + node.id();
    if (Dataflow.isProduct(node)) {
      return from + " with constant weights (a classifier or router)";
    }
    return from;
  }

  private static List<Integer> dataInputs(OnnxNode node) {
    if (Dataflow.isView(node) || FIRST_INPUT.contains(node.opType())) {
      return List.of(0);
    }
    if (node.is("Where")) {
      return List.of(1, 2);
    }
    if (ANY_INPUT.contains(node.opType())) {
      List<Integer> all = new ArrayList<>();
      for (int i = 0; i < node.inputs().size(); i++) {
        all.add(i);
      }
      return all;
    }
    return List.of();
  }
}
