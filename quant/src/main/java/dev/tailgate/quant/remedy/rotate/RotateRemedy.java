package dev.tailgate.quant.remedy.rotate;

import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.remedy.Repair;
import dev.tailgate.onnx.remedy.rotation.RotateResidualStream;
import dev.tailgate.quant.data.Batch;
import dev.tailgate.quant.data.DataSource;
import dev.tailgate.quant.remedy.Candidate;
import dev.tailgate.quant.remedy.Remedy;
import dev.tailgate.quant.remedy.RemedyContext;
import dev.tailgate.quant.remedy.Treated;
import dev.tailgate.quant.runtime.ModelRunException;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

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
  public Treated apply(Candidate candidate, RemedyContext context) {
    Repair repair = RotateResidualStream.apply(candidate.model(), seed);
    if (repair.applied().isEmpty()) {
      return Treated.of(candidate, repair);
    }
    context.progress().at("checking the rotated model", 0, 1);
    Optional<String> fault = fault(candidate.model(), repair.model(), context);
    return fault.isEmpty()
        ? Treated.of(candidate, repair)
        : new Treated(
            candidate, List.of(), List.of(new Repair.Note("the rotated model", fault.get())));
  }

  private static Optional<String> fault(OnnxModel model, OnnxModel rotated, RemedyContext context) {
    DataSource data = context.calibration().apply(model);
    Iterator<Batch> batches = data.batches();
    if (!batches.hasNext()) {
      return Optional.empty();
    }
    Batch batch = batches.next();
    try {
      Deviation deviation = Deviation.between(model, rotated, batch, context.options());
      return deviation.isRounding()
          ? Optional.empty()
          : Optional.of("differs from the original: " + deviation.text());
    } catch (ModelRunException e) {
      return Optional.of("does not run: " + e.getMessage());
    }
  }
}
