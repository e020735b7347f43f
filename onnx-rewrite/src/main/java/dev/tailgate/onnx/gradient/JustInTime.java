package dev.tailgate.onnx.gradient;

import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeSet;

/**
 * The same model with its nodes in the order in which ONNX Runtime keeps the fewest values of a
 * training step alive. The runtime orders nodes itself: depth first from the nodes that nothing
 * reads, against the edges, and where there is a choice it takes the node that stands last in the
 * file. Left alone it computes derivatives that need only forward values before the loss, and
 * gradients of weights after the whole backward pass, so that all of them lie in memory together.
 *
 * <p>Wanted is: the forward pass; then the backward pass as it was built, each derivative just
 * before it is read, each update as soon as its gradient is there. What is wanted last is put as
 * early in the file as its inputs allow, so that the runtime finds it last. Only speed and memory
 * change; every node computes what it did.
 */
public final class JustInTime {
  private static final int OPEN = Integer.MAX_VALUE;

  private final List<OnnxNode> nodes;
  private final List<Set<Integer>> readers = new ArrayList<>();
  private final List<Set<Integer>> sources = new ArrayList<>();

  private JustInTime(OnnxGraph graph) {
    this.nodes = graph.nodes();
    nodes.forEach(node -> readers.add(new TreeSet<>()));
    nodes.forEach(node -> sources.add(new TreeSet<>()));
    for (OnnxNode node : nodes) {
      for (String output : node.outputs()) {
        for (OnnxGraph.Use use : graph.uses(output)) {
          readers.get(node.index()).add(use.node().index());
          sources.get(use.node().index()).add(node.index());
        }
      }
    }
  }

  /**
   * Orders the nodes of a training step.
   *
   * @param loss the value where the backward pass begins, made by a node
   * @param built how many nodes there are up to the end of the backward pass; those after it, the
   *     updates, are wanted as soon as their inputs are there
   */
  public static OnnxModel of(OnnxModel model, String loss, int built) {
    OnnxGraph graph = model.graph();
    int root =
        graph
            .producer(loss)
            .orElseThrow(() -> new IllegalArgumentException("No node makes " + loss))
            .index();
    JustInTime pass = new JustInTime(graph);
    return model.inOrder(pass.order(pass.wanted(root, built)));
  }

  /** When each node is to run: small numbers first. */
  private int[] wanted(int root, int built) {
    BitSet forward = reached(root, sources);
    BitSet backward = reached(root, readers);
    int[] time = new int[nodes.size()];
    Arrays.fill(time, OPEN);
    for (int i = 0; i < time.length; i++) {
      if (forward.get(i) || (backward.get(i) && i < built)) {
        time[i] = i;
      } else if (backward.get(i)) {
        int[] times = time;
        time[i] =
            sources.get(i).stream()
                .filter(backward::get)
                .mapToInt(source -> times[source])
                .max()
                .orElse(i);
      }
    }
    // What needs no loss is wanted when the first of those that read it is.
    for (int i = time.length - 1; i >= 0; i--) {
      if (time[i] == OPEN) {
        for (int reader : readers.get(i)) {
          time[i] = Math.min(time[i], time[reader]);
        }
      }
    }
    return time;
  }

  /** {@code root} and all that lies behind it along {@code edges}. */
  private static BitSet reached(int root, List<Set<Integer>> edges) {
    BitSet found = new BitSet();
    List<Integer> open = new ArrayList<>(List.of(root));
    found.set(root);
    while (!open.isEmpty()) {
      for (int next : edges.get(open.remove(open.size() - 1))) {
        if (!found.get(next)) {
          found.set(next);
          open.add(next);
        }
      }
    }
    return found;
  }

  /** Of the nodes whose inputs are there, always the one that is wanted last. */
  private List<OnnxNode> order(int[] wanted) {
    Comparator<Integer> last = Comparator.comparing(i -> wanted[i]);
    PriorityQueue<Integer> ready =
        new PriorityQueue<>(last.thenComparing(Comparator.naturalOrder()).reversed());
    int[] missing = sources.stream().mapToInt(Set::size).toArray();
    for (int i = 0; i < missing.length; i++) {
      if (missing[i] == 0) {
        ready.add(i);
      }
    }
    List<OnnxNode> order = new ArrayList<>(nodes.size());
    while (!ready.isEmpty()) {
      int next = ready.remove();
      order.add(nodes.get(next));
      for (int reader : readers.get(next)) {
        if (--missing[reader] == 0) {
          ready.add(reader);
        }
      }
    }
    return order;
  }
}
