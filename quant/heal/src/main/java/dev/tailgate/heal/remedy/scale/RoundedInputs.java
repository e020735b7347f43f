package dev.tailgate.heal.remedy.scale;

import dev.tailgate.onnx.attention.Dataflow;
import dev.tailgate.onnx.remedy.scale.ScaledInput;
import dev.tailgate.onnx.remedy.scale.ScaledInputs;
import dev.tailgate.quant.plan.Plan;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The inputs of linear layers that a plan's quantization rounds: the others need no remedy. */
final class RoundedInputs {
  private RoundedInputs() {}

  static List<ScaledInput> of(Plan plan) {
    Dataflow flow = plan.map().flow();
    Set<String> rounded =
        plan.placed().activations().stream()
            .map(point -> flow.source(point.tensor()))
            .collect(Collectors.toSet());
    return ScaledInputs.of(plan.map()).stream()
        .filter(input -> rounded.contains(flow.source(input.tensor())))
        .toList();
  }
}
