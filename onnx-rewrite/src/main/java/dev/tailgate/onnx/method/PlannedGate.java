package dev.tailgate.onnx.method;

import dev.tailgate.onnx.rewrite.Decision;
import dev.tailgate.onnx.rewrite.GateContext;
import dev.tailgate.onnx.rewrite.GateSpec;
import dev.tailgate.onnx.rewrite.GateTarget;
import dev.tailgate.onnx.rewrite.GateWeights;
import dev.tailgate.onnx.rewrite.RewriteScope;

/**
 * The gate of one site, decided before anything is changed, so that no site ends with one half of a
 * method. The names it holds do not change in the stages between.
 */
sealed interface PlannedGate {
  /** A gate that fits. */
  record Fits(GateTarget target, GateContext.Gate gate) implements PlannedGate {}

  /** Why none fits. */
  record Refused(String reason) implements PlannedGate {}

  /** Plans the gate of the site with this number. */
  static PlannedGate of(RewriteScope scope, MethodSpec spec, int number, GateTarget.Search search) {
    if (search instanceof GateTarget.Search.Missing missing) {
      return new Refused("no gate fits: " + missing.reason());
    }
    GateTarget target = ((GateTarget.Search.Found) search).target();
    GateSpec gate = spec.gate().orElseThrow();
    GateWeights weights;
    if (spec.gateWeights().isEmpty()) {
      weights = GateWeights.initial(gate, target.heads(), target.model());
    } else if (spec.gateWeights().containsKey(number)) {
      weights = spec.gateWeights().get(number);
    } else {
      return new Refused("no gate weights are given for site " + number);
    }
    GateContext.Gate planned = new GateContext.Gate(weights, gate.factor());
    return RewriteRules.GATE_CONTEXT.examine(scope, target, planned) instanceof Decision.Skips skips
        ? new Refused(skips.reason())
        : new Fits(target, planned);
  }
}
