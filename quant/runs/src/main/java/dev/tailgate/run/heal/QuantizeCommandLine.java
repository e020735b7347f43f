package dev.tailgate.run.heal;

import dev.tailgate.quant.plan.QuantizationSettings;
import dev.tailgate.quant.scheme.NumberFormat;
import dev.tailgate.quant.weights.WeightRange;
import java.nio.file.Path;
import java.util.Optional;

/** How to quantize what a healing gave, as it is typed in a shell. */
final class QuantizeCommandLine {
  private QuantizeCommandLine() {}

  /** Empty where the model is as it was, and where {@code quantize} would refuse. */
  static Optional<String> of(
      HealRequest request, HealRun.Outcome outcome, Optional<Path> exceptions) {
    boolean deployable =
        request.settings().scheme().formats().stream().allMatch(NumberFormat::isDeployable);
    if (!deployable || (request.out().isEmpty() && outcome.exceptions().isEmpty())) {
      return Optional.empty();
    }
    QuantizationSettings settings = outcome.plan().settings();
    StringBuilder command =
        new StringBuilder("tailgate quantize ")
            .append(quoted(request.out().orElse(request.model())))
            .append(" --scheme ")
            .append(request.settings().scheme().name())
            .append(" --placement ")
            .append(request.settings().placement().label());
    String[] estimator = settings.estimators().get(0).label().split(" ", -1);
    command.append(" --range-estimator ").append(estimator[0]);
    if (estimator.length > 1) {
      command.append(" --percentile ").append(estimator[1]);
    }
    if (!settings.weightRange().equals(new WeightRange.MinMax())) {
      command.append(" --weight-range ").append(settings.weightRange().label());
    }
    if (settings.sequential()) {
      command.append(" --no-clean-calibration");
    }
    if (request.out().isEmpty() && request.options().inFloat32()) {
      command.append(" --to-float32");
    }
    exceptions.ifPresent(file -> command.append(" --exceptions ").append(quoted(file)));
    return Optional.of(command.append(" --data CALIBRATION_DATA -o QUANTIZED.onnx").toString());
  }

  private static String quoted(Path path) {
    String text = path.toString();
    return text.matches("[\\w./+-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
