package dev.tailgate.heal.remedy.scale;

import dev.tailgate.onnx.attention.Dataflow;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.layer.LinearLayer;
import dev.tailgate.onnx.remedy.scale.ChannelScaling;
import dev.tailgate.onnx.remedy.scale.Fold;
import dev.tailgate.onnx.remedy.scale.ScaledInput;
import dev.tailgate.quant.plan.Plan;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Activations whose scale would come too late: a placement that rounds them where they are made
 * rounds before a Div in front of the layers can divide them. Found by planning a model that has
 * those nodes.
 */
final class LateScales {
  private LateScales() {}

  /** Those among {@code inputs}. */
  static Set<ScaledInput> among(Plan plan, List<ScaledInput> inputs) {
    Map<String, double[]> ones = new LinkedHashMap<>();
    for (ScaledInput input : inputs) {
      if (input.fold() instanceof Fold.Nowhere) {
        double[] s = new double[input.width()];
        Arrays.fill(s, 1);
        ones.put(input.tensor(), s);
      }
    }
    if (ones.isEmpty()) {
      return Set.of();
    }
    OnnxModel trial =
        ChannelScaling.apply(plan.map(), ones, ChannelScaling.Unfolded.DIVIDE).model();
    Set<OnnxGraph.Use> rounded = new HashSet<>();
    plan.with(trial).placed().activations().forEach(point -> rounded.addAll(point.uses()));
    Set<String> late = new HashSet<>();
    for (OnnxNode node : trial.graph().nodes()) {
      boolean ours = "ChannelScaling".equals(node.metadata().get("tailgate.pass"));
      if (ours && node.is("Div") && isRounded(trial.graph(), node, rounded)) {
        late.add(node.input(0));
      }
    }
    Set<ScaledInput> found = new HashSet<>();
    for (ScaledInput input : inputs) {
      boolean unfolded = ones.containsKey(input.tensor());
      if (unfolded && input.readers().stream().map(LinearLayer::input).anyMatch(late::contains)) {
        found.add(input);
      }
    }
    return found;
  }

  /** Whether the node reads a rounded tensor, directly or through views. */
  private static boolean isRounded(OnnxGraph graph, OnnxNode node, Set<OnnxGraph.Use> rounded) {
    OnnxGraph.Use use = new OnnxGraph.Use(node, 0);
    while (!rounded.contains(use)) {
      Optional<OnnxNode> view = graph.producer(use.node().input(0)).filter(Dataflow::isView);
      if (view.isEmpty()) {
        return false;
      }
      use = new OnnxGraph.Use(view.get(), 0);
    }
    return true;
  }
}
