package dev.tailgate.onnx.gradient;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The order of nodes against the depth-first search by which ONNX Runtime runs them. */
class JustInTimeTest {
  /** Layers {@code x = exp(x w)} with a gradient that reads a derivative of each, and updates. */
  private static OnnxModel layers(int count) {
    GraphBuilder g = GraphBuilder.on(OnnxModel.blank(18));
    List<Value> values = new ArrayList<>(List.of(g.input("x", ElementType.FLOAT, 4)));
    for (int i = 0; i < count; i++) {
      values.add(values.get(i).times(2).exp());
    }
    Value gradient = values.get(count).sum(0).as("loss");
    List<Value> gradients = new ArrayList<>();
    for (int i = count; i > 0; i--) {
      gradient = gradient.times(values.get(i).tanh());
      gradients.add(gradient.times(values.get(i - 1)));
    }
    for (int i = 0; i < count; i++) {
      g.output("w" + i, gradients.get(i).minus(1));
    }
    return g.model();
  }

  /** Nodes as the runtime orders them: from the leaves backwards, the last in the file first. */
  private static List<OnnxNode> run(OnnxModel model) {
    OnnxGraph graph = model.graph();
    record Step(OnnxNode node, boolean leave) {}
    Deque<Step> stack = new ArrayDeque<>();
    graph.nodes().stream()
        .filter(node -> node.outputs().stream().allMatch(o -> graph.uses(o).isEmpty()))
        .forEach(leaf -> stack.push(new Step(leaf, false)));
    Set<OnnxNode> seen = new HashSet<>();
    List<OnnxNode> order = new ArrayList<>();
    while (!stack.isEmpty()) {
      Step step = stack.pop();
      if (step.leave()) {
        order.add(step.node());
      } else if (seen.add(step.node())) {
        stack.push(new Step(step.node(), true));
        step.node().inputs().stream()
            .flatMap(input -> graph.producer(input).stream())
            .distinct()
            .sorted(Comparator.comparing(OnnxNode::index))
            .forEach(source -> stack.push(new Step(source, false)));
      }
    }
    return order;
  }

  /** The most values that are waiting for a reader at a time. */
  private static int alive(OnnxModel model) {
    List<OnnxNode> order = run(model);
    int most = 0;
    for (int now = 0; now < order.size(); now++) {
      Set<String> waiting = new HashSet<>();
      List<OnnxNode> later = order.subList(now + 1, order.size());
      for (OnnxNode done : order.subList(0, now + 1)) {
        done.outputs().stream()
            .filter(output -> later.stream().anyMatch(node -> node.inputs().contains(output)))
            .forEach(waiting::add);
      }
      most = Math.max(most, waiting.size());
    }
    return most;
  }

  @Test
  void derivativesAndGradientsOfWeightsDoNotWaitTogether() {
    int layers = 12;
    OnnxModel built = layers(layers);
    int backward = built.graph().nodes().size() - layers;
    OnnxModel ordered = JustInTime.of(built, "loss", backward);
    // One value a layer waits for its gradient; as built, a derivative or a gradient waits as well.
    assertThat(alive(ordered)).isLessThanOrEqualTo(layers + 3);
    assertThat(alive(built)).isGreaterThan(layers + 6);
  }

  @Test
  void everyNodeStaysAndRunsAfterWhatItReads() {
    OnnxModel built = layers(3);
    OnnxModel ordered = JustInTime.of(built, "loss", built.graph().nodes().size());
    assertThat(ordered.graph().nodes())
        .extracting(OnnxNode::outputs)
        .containsExactlyInAnyOrderElementsOf(
            built.graph().nodes().stream().map(OnnxNode::outputs).toList());
    Set<String> made = new HashSet<>(List.of("x"));
    for (OnnxNode node : ordered.graph().nodes()) {
      assertThat(node.inputs())
          .allMatch(input -> made.contains(input) || ordered.graph().constant(input).isPresent());
      made.addAll(node.outputs());
    }
  }
}
