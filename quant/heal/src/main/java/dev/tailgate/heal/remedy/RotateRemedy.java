package dev.tailgate.heal.remedy;

import dev.tailgate.onnx.remedy.Repair;
import dev.tailgate.onnx.remedy.rotation.RotateResidualStream;

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
    return FunctionCheck.checked(candidate, Treated.of(candidate, repair), context);
  }
}
