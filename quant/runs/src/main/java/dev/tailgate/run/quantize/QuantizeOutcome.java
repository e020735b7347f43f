package dev.tailgate.run.quantize;

import dev.tailgate.quant.deploy.SaturationReport;
import dev.tailgate.quant.plan.Calibrated;
import dev.tailgate.quant.plan.EstimatorChoice;
import java.util.List;

/**
 * A written quantized model and what is known of it.
 *
 * @param quantization what was written
 * @param candidates the quantizations that were compared, one for each range estimator
 * @param sizes of the files
 * @param coverage which kernels run
 * @param saturation what int8 weights risk on processors without VNNI
 * @param advice what a reader should know, as sentences
 * @param calibrationSeconds time the ranges took
 * @param comparison float, simulated and deployed model on the same data
 */
public record QuantizeOutcome(
    Calibrated quantization,
    List<EstimatorChoice.Tried> candidates,
    Sizes sizes,
    Coverage coverage,
    List<SaturationReport> saturation,
    List<String> advice,
    double calibrationSeconds,
    FusedComparison comparison) {
  /** Copies the lists. */
  public QuantizeOutcome {
    candidates = List.copyOf(candidates);
    saturation = List.copyOf(saturation);
    advice = List.copyOf(advice);
  }

  /**
   * What the model takes on disk.
   *
   * @param before bytes of the original, external data included
   * @param after bytes of the written model, likewise
   * @param weights float parameters of the original
   * @param quantizedWeights how many of them are stored as integers or narrow floats
   */
  public record Sizes(long before, long after, long weights, long quantizedWeights) {}
}
