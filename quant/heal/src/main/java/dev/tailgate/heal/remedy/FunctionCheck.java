package dev.tailgate.heal.remedy;

import dev.tailgate.data.Batch;
import dev.tailgate.engine.ModelRunException;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.remedy.Repair;
import dev.tailgate.quant.plan.CalibrationContext;
import dev.tailgate.quant.plan.Plan;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Runs a repaired float model beside the original on the first calibration batch. A transform that
 * is an identity on paper can meet a structure that it misread, or cost a model of half precision
 * too many digits; then nothing is changed. It catches gross errors and proves nothing.
 */
public final class FunctionCheck {
  private FunctionCheck() {}

  /** The outcome, or the untouched plan with the reason. */
  public static Treated checked(Plan plan, Treated treated, CalibrationContext context) {
    OnnxModel before = plan.model();
    OnnxModel after = treated.plan().model();
    Iterator<Batch> batches = context.calibration().apply(before).batches();
    if (after == before || !batches.hasNext()) {
      return treated;
    }
    return fault(before, after, batches.next(), context)
        .map(
            fault ->
                new Treated(plan, List.of(), List.of(new Repair.Note("the repaired model", fault))))
        .orElse(treated);
  }

  private static Optional<String> fault(
      OnnxModel before, OnnxModel after, Batch batch, CalibrationContext context) {
    try {
      Deviation deviation = Deviation.between(before, after, batch, context.options());
      return deviation.isRounding()
          ? Optional.empty()
          : Optional.of("differs from the original in " + deviation.text());
    } catch (ModelRunException e) {
      return Optional.of("does not run: " + e.getMessage());
    }
  }
}
