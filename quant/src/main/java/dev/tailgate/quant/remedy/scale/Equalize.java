package dev.tailgate.quant.remedy.scale;

import dev.tailgate.onnx.remedy.scale.CrossLayerEqualization;
import dev.tailgate.quant.remedy.Candidate;
import dev.tailgate.quant.remedy.FunctionCheck;
import dev.tailgate.quant.remedy.Remedy;
import dev.tailgate.quant.remedy.RemedyContext;
import dev.tailgate.quant.remedy.Treated;

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
