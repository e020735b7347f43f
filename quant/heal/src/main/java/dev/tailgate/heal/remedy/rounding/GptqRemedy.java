package dev.tailgate.heal.remedy.rounding;

import dev.tailgate.heal.remedy.Candidate;
import dev.tailgate.heal.remedy.Remedy;
import dev.tailgate.heal.remedy.RemedyContext;
import dev.tailgate.heal.remedy.Treated;

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
  public Treated apply(Candidate candidate, RemedyContext context) {
    return WeightRounding.apply((grid, gram) -> Gptq.round(grid, gram, true), candidate, context);
  }
}
