package dev.tailgate.train.loop;

import dev.tailgate.engine.StatefulRun;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.train.checkpoint.TensorsFile;
import dev.tailgate.train.graph.TrainingGraph;
import dev.tailgate.train.optimiser.InitialState;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** The states of a training graph as they are written. */
final class States {
  private States() {}

  /** All states, as {@code run} has them when they are asked for. */
  static Map<String, TensorsFile.Source> all(TrainingGraph graph, StatefulRun run) {
    Map<String, TensorsFile.Source> all = new LinkedHashMap<>();
    graph.initial().forEach((state, initial) -> all.put(state, source(state, initial, run)));
    return all;
  }

  private static TensorsFile.Source source(String state, InitialState initial, StatefulRun run) {
    return new TensorsFile.Source(initial.type(), initial.dims(), () -> run.state(state));
  }

  /** The weights by initialiser of the user's model; their moving averages where those are kept. */
  static Map<String, TensorsFile.Source> weights(TrainingGraph graph, StatefulRun run) {
    Map<String, TensorsFile.Source> weights = new LinkedHashMap<>();
    graph
        .weights()
        .forEach(
            (name, state) -> {
              TrainingGraph.Average average = graph.averages().get(name);
              String from = average == null ? state : average.state();
              double factor = average == null ? 1 : average.factor();
              InitialState initial = Objects.requireNonNull(graph.initial().get(from));
              weights.put(
                  name,
                  new TensorsFile.Source(
                      initial.type(), initial.dims(), () -> scaled(run.state(from), factor)));
            });
    return weights;
  }

  private static Tensor scaled(Tensor tensor, double factor) {
    if (factor == 1) {
      return tensor;
    }
    Tensor scaled = Tensor.allocate(tensor.type(), tensor.shape());
    if (tensor.type() == ElementType.DOUBLE) {
      var from = tensor.data().asDoubleBuffer();
      var to = scaled.data().asDoubleBuffer();
      for (int i = 0; i < from.limit(); i++) {
        to.put(i, from.get(i) * factor);
      }
    } else {
      FloatBuffer from = tensor.data().asFloatBuffer();
      FloatBuffer to = scaled.data().asFloatBuffer();
      for (int i = 0; i < from.limit(); i++) {
        to.put(i, (float) (from.get(i) * factor));
      }
    }
    return scaled;
  }
}
