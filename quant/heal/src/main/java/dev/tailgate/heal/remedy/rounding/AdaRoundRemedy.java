package dev.tailgate.heal.remedy.rounding;

import dev.tailgate.heal.remedy.Remedy;
import dev.tailgate.heal.remedy.Treated;
import dev.tailgate.quant.plan.CalibrationContext;
import dev.tailgate.quant.plan.Plan;

/** Weights rounded up or down by {@link CoordinateDescent}, from the numbers of {@link Gptq}. */
public final class AdaRoundRemedy implements Remedy {
  private static final LayerRounding ROUNDING =
      new LayerRounding() {
        @Override
        public float[] codes(LayerGrid grid, Gram gram) {
          float[] codes = Gptq.round(grid, gram, true);
          CoordinateDescent.improve(grid, InputHessian.of(gram, InputHessian.DAMPING), codes);
          return codes;
        }

        @Override
        public String refusal(LayerGrid grid) {
          return grid.hasIntegers() ? "" : "numbers of its format are not evenly spaced; use gptq";
        }
      };

  @Override
  public String id() {
    return "adaround";
  }

  @Override
  public String summary() {
    return "rounds weights up or down by what that does to the layer's output";
  }

  @Override
  public boolean keepsFunction() {
    return false;
  }

  @Override
  public Treated apply(Plan plan, CalibrationContext context) {
    return WeightRounding.apply(ROUNDING, plan, context);
  }
}
