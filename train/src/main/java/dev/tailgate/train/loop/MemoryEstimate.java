package dev.tailgate.train.loop;

import dev.tailgate.engine.InferredShapes;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.train.graph.TrainingGraph;
import dev.tailgate.train.optimiser.InitialState;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The memory that a training takes, before it begins: the states of the optimiser and the weights,
 * which are there twice in a step, constants, and of the other values the most that are alive at
 * once, when nodes run in the order of the graph and a value goes after its last reader. Sizes are
 * those that ONNX Runtime infers for the largest batch.
 *
 * @param states bytes of weights and optimiser
 * @param constants bytes of what is not trained
 * @param values bytes of all else at its peak, new states among them
 * @param unknown values whose size follows from the elements of the data, counted as nothing, so
 *     that {@code values} is the least there can be
 */
record MemoryEstimate(double states, double constants, double values, int unknown) {
  /**
   * What one step takes.
   *
   * @param feeds those of the largest batch
   */
  static MemoryEstimate of(TrainingGraph graph, Map<String, Tensor> feeds, RunnerOptions options) {
    Map<String, Optional<Double>> bytes = InferredShapes.bytes(graph.model(), feeds, options);
    OnnxGraph nodes = graph.model().graph();
    Map<String, Integer> last = lastUses(nodes);
    Map<String, Double> alive = new HashMap<>();
    double now = 0;
    double peak = 0;
    int unknown = 0;
    for (OnnxNode node : nodes.nodes()) {
      for (String output : node.outputs()) {
        if (!output.isEmpty()) {
          Optional<Double> size = bytes.getOrDefault(output, Optional.empty());
          unknown += size.isPresent() ? 0 : 1;
          alive.put(output, size.orElse(0.0));
          now += size.orElse(0.0);
        }
      }
      peak = Math.max(peak, now);
      for (String read : node.inputs()) {
        if (last.getOrDefault(read, -1) == node.index()) {
          Double gone = alive.remove(read);
          now -= gone == null ? 0 : gone;
        }
      }
    }
    double states = graph.initial().values().stream().mapToDouble(MemoryEstimate::bytes).sum();
    double constants =
        nodes.initializers().values().stream().mapToDouble(c -> c.data().byteLength()).sum();
    return new MemoryEstimate(states, constants, peak, unknown);
  }

  /** The index of the last node that reads a value; outputs of the graph stay. */
  private static Map<String, Integer> lastUses(OnnxGraph graph) {
    Map<String, Integer> last = new LinkedHashMap<>();
    for (OnnxNode node : graph.nodes()) {
      node.inputs().forEach(input -> last.put(input, node.index()));
    }
    graph.outputs().forEach(output -> last.remove(output.name()));
    return last;
  }

  private static double bytes(InitialState state) {
    return (double) state.type().bits()
        / 8
        * state.dims().stream().mapToDouble(Long::doubleValue).reduce(1, (a, b) -> a * b);
  }

  /** All together. */
  double total() {
    return states + constants + values;
  }

  /**
   * Refuses a training that cannot fit.
   *
   * @param memory bytes that there are
   */
  void requireBelow(double memory) {
    if (total() > memory) {
      throw new TrainingException(
          String.format(
              Locale.ROOT,
              "Failed to begin training: expected a step to fit into the %.1f GB of memory of this"
                  + " machine, found %.1f GB: %s. Lower --batch-size or --sequence-length, freeze"
                  + " weights with --freeze, or take --optimizer sgd.",
              memory / 1e9,
              total() / 1e9,
              words()));
    }
  }

  /** Such as {@code 0.3 GB of weights and moments, 0.1 GB of constants, 1.2 GB of other values}. */
  String words() {
    return String.format(
        Locale.ROOT,
        "%.2f GB of weights and moments, %.2f GB of constants, %s%.2f GB of other values at once",
        states / 1e9,
        constants / 1e9,
        unknown == 0 ? "" : "at least ",
        values / 1e9);
  }
}
