package dev.tailgate.train.loop;

import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.ElementTypes;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.ir.Printable;
import dev.tailgate.train.graph.TrainingGraph;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Where NaN or an infinity first appears in a step. The step is run once more with one number
 * beside each value {@code v}, the sum of {@code v - v}, which is 0 where all elements are finite
 * and NaN otherwise; of the nodes whose number is NaN the first in the order of the graph is told.
 */
final class FirstNotFinite {
  private FirstNotFinite() {}

  /**
   * The place, as a clause; empty where it does not appear again.
   *
   * @param student the model whose nodes are those of the forward pass
   * @param feeds of the step, learning rate and states among them
   */
  static Optional<String> in(
      TrainingGraph graph, OnnxModel student, Map<String, Tensor> feeds, RunnerOptions options) {
    for (Map.Entry<String, Tensor> feed : feeds.entrySet()) {
      if (feed.getValue().type().isFloat() && !isFinite(feed.getValue())) {
        return Optional.of("in " + Printable.of(feed.getKey()) + ", before the step computes");
      }
    }
    GraphBuilder probed = GraphBuilder.on(graph.model());
    Map<String, String> probes = probes(probed, graph.model());
    Map<String, Tensor> sums;
    try (ModelRunner runner =
        ModelRunner.open(probed.model(), options.with(RunnerOptions.Optimization.NONE))) {
      sums = runner.run(feeds, new LinkedHashSet<>(probes.values()));
    }
    for (OnnxNode node : graph.model().graph().nodes()) {
      for (String output : node.outputs()) {
        String probe = probes.get(output);
        if (probe != null && !isFinite(Objects.requireNonNull(sums.get(probe)))) {
          boolean isForward = student.graph().producer(output).isPresent();
          return Optional.of(
              "in "
                  + Printable.of(output)
                  + " by "
                  + node.opType()
                  + " ("
                  + Printable.of(node.id())
                  + "), "
                  + (isForward ? "in the forward pass" : "in the loss, a gradient or the update"));
        }
      }
    }
    return Optional.empty();
  }

  private static Map<String, String> probes(GraphBuilder probed, OnnxModel model) {
    ElementTypes types = ElementTypes.of(model.graph());
    Map<String, String> probes = new LinkedHashMap<>();
    int number = 0;
    for (OnnxNode node : model.graph().nodes()) {
      for (String output : node.outputs()) {
        if (!output.isEmpty() && types.isFloat(output)) {
          Value value = probed.value(output);
          String name = "tailgate/finite/" + number++;
          probed.output(
              name, probed.node("ReduceSum", value.minus(value)).with("keepdims", 0).value());
          probes.put(output, name);
        }
      }
    }
    return probes;
  }

  static boolean isFinite(Tensor tensor) {
    Elements.Reader reader = Elements.reader(tensor);
    for (int i = 0; i < tensor.elementCount(); i++) {
      if (!Double.isFinite(reader.get(i))) {
        return false;
      }
    }
    return true;
  }
}
