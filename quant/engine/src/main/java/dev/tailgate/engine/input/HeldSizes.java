package dev.tailgate.engine.input;

import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Sizes that a graph holds in its constants, although its signature may call the axes open. An
 * export traced with one input keeps, among others,
 *
 * <ul>
 *   <li>a mask {@code [.., T, T]} that is added to scores, or chooses among them,
 *   <li>positions {@code [.., T, C]} that are added to tokens or patches, or distances {@code [..,
 *       1, T]} that are added to scores,
 *   <li>{@code B}, {@code T}, and products of them with the heads, in targets of {@code Reshape}
 *       and {@code Expand}.
 * </ul>
 *
 * What a number means, the graph does not say: these are candidates, the most likely first, and
 * running the model tells.
 *
 * @param tables rows of tables, which bound a length that they are indexed by
 * @param masks edges of square constants: hardly anything but a length
 * @param sequences candidates for tokens of a sample, those of masks first
 * @param batches candidates for samples of a batch
 * @param sides candidates for height and width of images
 * @param fullTargets whether some {@code Reshape} has a target that leaves no size open, or none of
 *     the first axis
 */
public record HeldSizes(
    List<Integer> tables,
    List<Integer> masks,
    List<Integer> sequences,
    List<Integer> batches,
    List<Integer> sides,
    boolean fullTargets) {
  private static final Set<String> ELEMENTWISE =
      Set.of("Add", "Sub", "Mul", "Div", "Where", "And", "Or", "Max", "Min");
  private static final Set<String> SHAPED = Set.of("Reshape", "Expand");

  /** Operators that take parts of a table, or lay one out for others that do. */
  private static final Set<String> PICKED =
      Set.of("Gather", "GatherElements", "GatherND", "Slice", "Tile", "Unsqueeze");

  private static final int LARGEST = 1 << 16;
  private static final int LARGEST_SIDE = 4096;

  /** In a target, where a size is computed. */
  private static final long COMPUTED = -1;

  /** Elements of a target shape; real ones have at most a few. */
  private static final int LONGEST_SHAPE = 8;

  /** Tokens in front of patches: class and distillation. */
  private static final int SPECIAL_TOKENS = 2;

  /** Copies the lists. */
  public HeldSizes {
    tables = List.copyOf(tables);
    masks = List.copyOf(masks);
    sequences = List.copyOf(sequences);
    batches = List.copyOf(batches);
    sides = List.copyOf(sides);
  }

  /** Reads the constants of {@code graph}. */
  public static HeldSizes of(OnnxGraph graph) {
    Map<Integer, Integer> tables = new LinkedHashMap<>();
    Map<Integer, Integer> masks = new LinkedHashMap<>();
    Map<Integer, Integer> rows = new LinkedHashMap<>();
    Map<Integer, Integer> entries = new LinkedHashMap<>();
    boolean fullTargets = false;
    for (OnnxNode node : graph.nodes()) {
      if (ELEMENTWISE.contains(node.opType()) && node.domain().isEmpty()) {
        addOperands(graph, node, masks, rows);
      } else if (SHAPED.contains(node.opType()) && node.domain().isEmpty()) {
        graph.constant(node.input(0)).ifPresent(t -> addLengths(t, tables));
        fullTargets |= addTarget(graph, node, entries);
      } else if (PICKED.contains(node.opType()) && node.domain().isEmpty()) {
        graph.constant(node.input(0)).ifPresent(t -> addLengths(t, tables));
      }
    }
    Set<Integer> sequences = new LinkedHashSet<>(byVotes(masks));
    sequences.addAll(byVotes(rows));
    // A short length passes the bounds of what was meant for a longer one.
    sequences.addAll(byVotes(entries).stream().sorted(Comparator.<Integer>reverseOrder()).toList());
    return new HeldSizes(
        byVotes(tables),
        byVotes(masks),
        List.copyOf(sequences),
        batches(entries),
        sides(graph, rows, tables, entries),
        fullTargets);
  }

  /**
   * Whether the graph most likely holds a size: a mask, a target without an open axis, or as many
   * positions as one size of images has patches.
   */
  public boolean seemsHeld() {
    return !masks.isEmpty() || !sides.isEmpty() || fullTargets;
  }

  /** Whether there is nothing that could be tried. */
  public boolean isEmpty() {
    return tables.isEmpty() && sequences.isEmpty() && batches.isEmpty() && sides.isEmpty();
  }

  private static void addOperands(
      OnnxGraph graph, OnnxNode node, Map<Integer, Integer> masks, Map<Integer, Integer> rows) {
    for (int i = 0; i < node.inputs().size(); i++) {
      Optional<ConstantTensor> constant = graph.constant(node.input(i));
      List<Long> dims = constant.map(ConstantTensor::dims).orElse(List.of());
      if (dims.size() < 2) {
        continue;
      }
      long row = dims.get(dims.size() - 2);
      long column = dims.get(dims.size() - 1);
      vote(row == column ? masks : rows, row == 1 ? column : row);
    }
  }

  /** Positions may lie along any axis but the last: {@code [T, C]}, {@code [1, 1, T, C]}. */
  private static void addLengths(ConstantTensor table, Map<Integer, Integer> tables) {
    List<Long> dims = table.dims();
    for (int axis = 0; axis + 1 < dims.size(); axis++) {
      vote(tables, dims.get(axis));
    }
  }

  /**
   * Whether the target, a constant or put together from some, leaves nothing open, or not what
   * comes first; what is given this shape is no constant.
   */
  private static boolean addTarget(OnnxGraph graph, OnnxNode node, Map<Integer, Integer> entries) {
    if (graph.constant(node.input(0)).isPresent()) {
      return false;
    }
    List<Long> sizes = new ArrayList<>();
    Optional<OnnxNode> parts = graph.producer(node.input(1)).filter(n -> n.is("Concat"));
    List<String> sources = parts.map(OnnxNode::inputs).orElse(List.of(node.input(1)));
    for (String source : sources) {
      Optional<ConstantTensor> part =
          graph.constant(source).filter(t -> t.elementCount() <= LONGEST_SHAPE);
      if (part.isPresent()) {
        Arrays.stream(part.get().toLongs(LONGEST_SHAPE)).forEach(sizes::add);
      } else {
        sizes.add(COMPUTED);
      }
    }
    sizes.forEach(size -> vote(entries, size));
    boolean isTarget = node.is("Reshape") && sizes.size() >= 3;
    // Samples come first, or tokens do: nothing else has a fixed size there.
    return isTarget && (sizes.get(0) > 1 || sizes.stream().allMatch(size -> size > 0));
  }

  private static void vote(Map<Integer, Integer> votes, long size) {
    if (size >= 2 && size <= LARGEST) {
      votes.merge((int) size, 1, Integer::sum);
    } else if (size == 1) {
      votes.merge(1, 0, Integer::sum);
    }
  }

  private static List<Integer> byVotes(Map<Integer, Integer> votes) {
    return votes.entrySet().stream()
        .filter(e -> e.getKey() > 1)
        .sorted(Map.Entry.<Integer, Integer>comparingByValue().reversed())
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Entries, then what is left of them when they are divided by another: batch times heads. */
  private static List<Integer> batches(Map<Integer, Integer> entries) {
    List<Integer> sizes = new ArrayList<>(byVotes(entries));
    sizes.sort(Comparator.naturalOrder());
    Set<Integer> batches = new LinkedHashSet<>();
    if (entries.containsKey(1)) {
      batches.add(1);
    }
    batches.addAll(sizes);
    for (int product : sizes) {
      for (int factor : sizes) {
        if (product % factor == 0 && product > factor) {
          batches.add(product / factor);
        }
      }
    }
    return List.copyOf(batches);
  }

  /** Sides of which so many patches come, or feature maps with such an edge. */
  private static List<Integer> sides(
      OnnxGraph graph,
      Map<Integer, Integer> rows,
      Map<Integer, Integer> tables,
      Map<Integer, Integer> entries) {
    Set<Integer> sides = new LinkedHashSet<>();
    OptionalInt patch = PatchEmbedding.stride(graph);
    if (patch.isEmpty()) {
      return List.of();
    }
    List<Integer> lengths = new ArrayList<>(byVotes(rows));
    lengths.addAll(byVotes(tables));
    for (int tokens : lengths) {
      for (int special = 0; special <= SPECIAL_TOKENS; special++) {
        int edge = (int) Math.round(Math.sqrt(Math.max(0, tokens - special)));
        if (edge > 1 && edge * edge == tokens - special) {
          sides.add(edge * patch.getAsInt());
        }
      }
    }
    byVotes(entries).forEach(edge -> sides.add(edge * patch.getAsInt()));
    sides.removeIf(side -> side > LARGEST_SIDE);
    return List.copyOf(sides);
  }
}
