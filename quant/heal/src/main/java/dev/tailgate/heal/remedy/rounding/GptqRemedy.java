package dev.tailgate.heal.remedy.rounding;

import dev.tailgate.heal.remedy.Remedy;
import dev.tailgate.heal.remedy.Treated;
import dev.tailgate.quant.plan.CalibrationContext;
import dev.tailgate.quant.plan.Plan;

/** Weights rounded by {@link Gptq}, inputs in act-order. */
public final class GptqRemedy implements Remedy {
  @Override
  public String id() {
    return "gptq";
  }

  @Override
  public String summary() {
    return "rounds weights one input after the other and lets the rest make up for the error";
  }

  @Override
  public boolean keepsFunction() {
    return false;
  }

  @Override
  public Treated apply(Plan plan, CalibrationContext context) {
    return WeightRounding.apply((grid, gram) -> Gptq.round(grid, gram, true), plan, context);
  }
}
