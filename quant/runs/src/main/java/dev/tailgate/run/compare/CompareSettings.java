package dev.tailgate.run.compare;

import dev.tailgate.data.open.Samples;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.quant.plan.QuantizationSettings;
import dev.tailgate.run.audit.AuditRequest;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How the models of a comparison are audited; all of them alike.
 *
 * @param samples what they are evaluated and calibrated on
 * @param taps tap preset
 * @param quantization how they are quantized; empty measures outliers only
 * @param options where and how they run
 * @param time whether their time is measured, too
 */
public record CompareSettings(
    Samples samples,
    String taps,
    Optional<QuantizationSettings> quantization,
    RunnerOptions options,
    boolean time) {
  AuditRequest audit(Path model) {
    return new AuditRequest(model, samples, taps, quantization, options);
  }
}
