package dev.tailgate.cli.command;

import dev.tailgate.quant.plan.QuantizationSettings;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** How an audit quantizes, from the options of its command line. */
final class AuditSettings {
  private AuditSettings() {}

  /** The settings; empty where nothing is to be quantized. Refuses what does not go together. */
  static Optional<QuantizationSettings> of(
      MeasureOptions measure, QuantOptions quant, CommandSpec spec) {
    if (!measure.quantize()) {
      return Optional.empty();
    }
    try {
      QuantizationSettings settings = quant.settings(QuantOptions.AUDIT);
      if (settings.estimators().size() > 1) {
        throw new IllegalArgumentException("an audit takes one --range-estimator");
      }
      return Optional.of(settings);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }
}
