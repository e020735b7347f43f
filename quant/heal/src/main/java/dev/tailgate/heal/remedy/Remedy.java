package dev.tailgate.heal.remedy;

import dev.tailgate.quant.plan.Calibrated;
import dev.tailgate.quant.plan.CalibrationContext;
import dev.tailgate.quant.plan.Plan;

/** A treatment of outliers that needs no training. Stateless. */
public interface Remedy {
  /** Spelling on the command line and in results, for example {@code smoothquant}. */
  String id();

  /** What it does, in half a sentence. */
  String summary();

  /**
   * Whether the float model computes the same function afterwards, within rounding; where not, it
   * was made for the scheme of the plan.
   */
  boolean keepsFunction();

  /**
   * Applies it.
   *
   * @return the changed plan, or the same one with the reasons
   */
  Treated apply(Plan plan, CalibrationContext context);

  /** The same where the plan is calibrated already, which some need and others do not look at. */
  default Treated apply(Calibrated calibrated, CalibrationContext context) {
    return apply(calibrated.plan(), context);
  }
}
