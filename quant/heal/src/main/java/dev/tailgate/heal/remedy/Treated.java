package dev.tailgate.heal.remedy;

import dev.tailgate.onnx.remedy.Repair;
import dev.tailgate.quant.plan.Plan;
import java.util.List;

/**
 * What a remedy made of a plan.
 *
 * @param applied what was done, place by place; empty where it does not apply to the model
 * @param refused where nothing was done, and why
 */
public record Treated(Plan plan, List<Repair.Note> applied, List<Repair.Note> refused) {
  /** Copies the lists. */
  public Treated {
    applied = List.copyOf(applied);
    refused = List.copyOf(refused);
  }

  /** The outcome of a pass over the model of {@code plan}. */
  public static Treated of(Plan plan, Repair repair) {
    return new Treated(plan.with(repair.model()), repair.applied(), repair.refused());
  }
}
