package dev.tailgate.heal.remedy;

import dev.tailgate.onnx.remedy.Repair;
import dev.tailgate.onnx.remedy.rotation.RotateResidualStream;
import dev.tailgate.quant.plan.CalibrationContext;
import dev.tailgate.quant.plan.Plan;

/**
 * {@link RotateResidualStream} with a check: a rotated model that does not load, or computes
 * something else on the first calibration batch, is refused.
 *
 * @param seed of the rotation
 */
public record RotateRemedy(long seed) implements Remedy {
  @Override
  public String id() {
    return "rotate";
  }

  @Override
  public String summary() {
    return "turns the residual stream by a Hadamard matrix, which spreads outlier channels";
  }

  @Override
  public boolean keepsFunction() {
    return true;
  }

  @Override
  public Treated apply(Plan plan, CalibrationContext context) {
    Repair repair = RotateResidualStream.apply(plan.map(), seed);
    return FunctionCheck.checked(plan, Treated.of(plan, repair), context);
  }
}
