package dev.tailgate.heal.remedy.scale;

import dev.tailgate.heal.remedy.FunctionCheck;
import dev.tailgate.heal.remedy.Remedy;
import dev.tailgate.heal.remedy.Treated;
import dev.tailgate.onnx.remedy.scale.CrossLayerEqualization;
import dev.tailgate.quant.plan.CalibrationContext;
import dev.tailgate.quant.plan.Plan;

/** {@link CrossLayerEqualization} (arXiv 1906.04721). It needs no data but to check the result. */
public final class Equalize implements Remedy {
  @Override
  public String id() {
    return "equalize";
  }

  @Override
  public String summary() {
    return "gives channels of neighbouring layers equal ranges of weights";
  }

  @Override
  public boolean keepsFunction() {
    return true;
  }

  @Override
  public Treated apply(Plan plan, CalibrationContext context) {
    return FunctionCheck.checked(
        plan, Treated.of(plan, CrossLayerEqualization.apply(plan.map())), context);
  }
}
