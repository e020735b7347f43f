package dev.tailgate.onnx.attention;

import dev.tailgate.onnx.ir.OnnxNode;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The projections behind the operands of an attention.
 *
 * @param query projected queries after bias, before the split into heads, {@code [B, T, D]}; the
 *     query part where one projection makes all three; empty when not found
 * @param key projected keys likewise, {@code [B, S, D]}
 * @param value projected values likewise, {@code [B, S, D]}
 * @param hidden what the queries are projected from, {@code [B, T, D]}; empty when not found
 * @param kind {@code self} when queries and keys are made from the same tensor, {@code cross} when
 *     from different ones or one of the two is a constant, else {@code unknown}
 */
public record Projections(String query, String key, String value, String hidden, String kind) {
  private static final Set<String> PARTS = Set.of("Gather", "Slice", "Split");
  private static final Set<String> FIRST_INPUT =
      Set.of(
          "Div",
          "LayerNormalization",
          "Neg",
          "RMSNormalization",
          "RotaryEmbedding",
          "SimplifiedLayerNormalization");
  private static final Set<String> ANY_INPUT = Set.of("Add", "Concat", "Mul", "Sub");
  private static final int NORM_DEPTH = 14;

  /**
   * A projection found behind an operand.
   *
   * @param linear the projection
   * @param part the selected part of its output nearest to it, or empty
   * @param parts how many selections lie between
   */
  private record Trace(Linear linear, String part, int parts) {}

  static Projections of(
      Dataflow flow, ScoreSearch.Outcome.Found scores, ContextSearch.Outcome.Found context) {
    String queries = scores.product().input(scores.queryInput());
    String keys = scores.product().input(1 - scores.queryInput());
    Optional<Trace> query = trace(flow, queries, new HashSet<>());
    Optional<Trace> key = trace(flow, keys, new HashSet<>());
    Optional<Trace> value =
        trace(flow, context.product().input(context.valueInput()), new HashSet<>());
    return new Projections(
        name(query, List.of(key, value)),
        name(key, List.of(query, value)),
        name(value, List.of(query, key)),
        query.map(trace -> trace.linear().input()).orElse(""),
        kind(flow, query, key, flow.isConstant(queries) != flow.isConstant(keys)));
  }

  /** What the projection behind {@code value} is made from; empty where there is none. */
  public static Optional<String> origin(Dataflow flow, String value) {
    return trace(flow, value, new HashSet<>()).map(trace -> trace.linear().input());
  }

  /**
   * How many numbers a position of {@code value} has before it is split into heads; empty where no
   * weights tell.
   */
  public static Optional<Long> width(Dataflow flow, String value) {
    Optional<Trace> trace = trace(flow, value, new HashSet<>());
    Optional<Long> whole = trace.flatMap(t -> t.linear().outputWidth(flow));
    if (trace.isEmpty() || trace.get().parts() == 0) {
      return whole;
    }
    // One projection makes queries, keys and values; only an even split tells without its sizes.
    OnnxNode part = flow.graph().producer(trace.get().part()).orElse(null);
    if (part == null || !part.is("Split") || trace.get().parts() != 1) {
      return Optional.empty();
    }
    Optional<List<Long>> sizes =
        part.hasInput(1) ? flow.integers(part.input(1)) : part.intsAttribute("split");
    int index = part.outputs().indexOf(trace.get().part());
    return sizes
        .filter(s -> index >= 0 && index < s.size())
        .map(s -> s.get(index))
        .or(() -> whole.map(w -> w / part.outputs().size()));
  }

  /** The part where one projection serves several operands, else the whole output. */
  private static String name(Optional<Trace> own, List<Optional<Trace>> others) {
    if (own.isEmpty()) {
      return "";
    }
    String output = own.get().linear().output();
    boolean shared =
        others.stream()
            .flatMap(Optional::stream)
            .anyMatch(other -> other.linear().output().equals(output));
    return shared && !own.get().part().isEmpty() ? own.get().part() : output;
  }

  private static String kind(
      Dataflow flow, Optional<Trace> query, Optional<Trace> key, boolean oneIsConstant) {
    if (oneIsConstant) {
      return "cross";
    }
    if (query.isEmpty() || key.isEmpty()) {
      return "unknown";
    }
    String from = flow.source(query.get().linear().input());
    String to = flow.source(key.get().linear().input());
    return from.equals(to) || near(flow, from, to, NORM_DEPTH) || near(flow, to, from, NORM_DEPTH)
        ? "self"
        : "cross";
  }

  /** Whether {@code value} is made from {@code origin} without a product: by a norm, say. */
  private static boolean near(Dataflow flow, String value, String origin, int depth) {
    if (flow.source(value).equals(origin)) {
      return true;
    }
    OnnxNode node = flow.sourceNode(value).orElse(null);
    return node != null
        && depth > 0
        && !Dataflow.isProduct(node)
        && node.inputs().stream()
            .anyMatch(i -> !flow.isConstant(i) && near(flow, i, origin, depth - 1));
  }

  private static Optional<Trace> trace(Dataflow flow, String value, Set<String> visited) {
    if (value.isEmpty() || flow.isConstant(value) || !visited.add(value)) {
      return Optional.empty();
    }
    Optional<Linear> linear = Linear.making(flow, value);
    if (linear.isPresent()) {
      return Optional.of(new Trace(linear.get(), "", 0));
    }
    OnnxNode node = flow.graph().producer(value).orElse(null);
    if (node == null) {
      return Optional.empty();
    }
    if (PARTS.contains(node.opType())) {
      return trace(flow, node.input(0), visited)
          .map(t -> new Trace(t.linear(), t.part().isEmpty() ? value : t.part(), t.parts() + 1));
    }
    if (Dataflow.isView(node)
        || Dataflow.isQuantizer(node)
        || FIRST_INPUT.contains(node.opType())) {
      return trace(flow, node.input(0), visited);
    }
    Optional<Trace> best = Optional.empty();
    if (ANY_INPUT.contains(node.opType())) {
      for (String input : node.inputs()) {
        Optional<Trace> found = trace(flow, input, visited);
        if (best.isEmpty() || (found.isPresent() && found.get().parts() < best.get().parts())) {
          best = found;
        }
      }
    }
    return best;
  }
}
