package dev.tailgate.heal.remedy.scale;

import dev.tailgate.heal.remedy.Candidate;
import dev.tailgate.onnx.attention.AttentionFinder;
import dev.tailgate.onnx.attention.Dataflow;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.remedy.scale.ScaledInput;
import dev.tailgate.onnx.remedy.scale.ScaledInputs;
import dev.tailgate.onnx.role.TapFinder;
import dev.tailgate.quant.placement.PlacementPlan;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The inputs of linear layers that a candidate's quantization rounds: the others need no remedy.
 */
final class RoundedInputs {
  private RoundedInputs() {}

  static List<ScaledInput> of(Candidate candidate) {
    OnnxModel model = candidate.model();
    PlacementPlan plan =
        candidate.settings().plan(model, TapFinder.find(model, AttentionFinder.find(model)));
    Dataflow flow = Dataflow.of(model.graph());
    Set<String> rounded =
        plan.activations().stream()
            .map(point -> flow.source(point.tensor()))
            .collect(Collectors.toSet());
    return ScaledInputs.of(model).stream()
        .filter(input -> rounded.contains(flow.source(input.tensor())))
        .toList();
  }
}
