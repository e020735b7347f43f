package dev.tailgate.quant.audit;

import dev.tailgate.quant.data.open.Samples;
import dev.tailgate.quant.quantize.QuantizationSettings;
import dev.tailgate.quant.runtime.RunnerOptions;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What to audit and how.
 *
 * @param model the ONNX file
 * @param samples what it is evaluated and calibrated on
 * @param taps tap preset: auto, bert, opt, vit, stanhop, blocks, all
 * @param quantization how it is quantized; empty measures outliers only
 * @param options where and how it runs
 * @param explain whether to look for the places of outliers and at the attentions, too
 */
public record AuditRequest(
    Path model,
    Samples samples,
    String taps,
    Optional<QuantizationSettings> quantization,
    RunnerOptions options,
    boolean explain) {
  /** Measures without explaining. */
  public AuditRequest(
      Path model,
      Samples samples,
      String taps,
      Optional<QuantizationSettings> quantization,
      RunnerOptions options) {
    this(model, samples, taps, quantization, options, false);
  }
}
