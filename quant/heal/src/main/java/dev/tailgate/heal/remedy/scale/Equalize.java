package dev.tailgate.heal.remedy.scale;

import dev.tailgate.heal.remedy.Candidate;
import dev.tailgate.heal.remedy.FunctionCheck;
import dev.tailgate.heal.remedy.Remedy;
import dev.tailgate.heal.remedy.RemedyContext;
import dev.tailgate.heal.remedy.Treated;
import dev.tailgate.onnx.remedy.scale.CrossLayerEqualization;

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
  public Treated apply(Candidate candidate, RemedyContext context) {
    return FunctionCheck.checked(
        candidate, Treated.of(candidate, CrossLayerEqualization.apply(candidate.model())), context);
  }
}
