package dev.tailgate.quant.calibrate;

import dev.tailgate.quant.scheme.TensorScheme;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How ranges are estimated.
 *
 * @param estimators all are fed by the same runs; at least one
 * @param sequential whether later layers see quantized inputs while their ranges are estimated, as
 *     the papers' code does, or float ones. Points then quantize with the range of the first
 *     estimator, and all ranges depend on the order of batches
 * @param scheme the grid of activations
 * @param memoryLimit bytes that state and activations handed out of the runtime may take; less
 *     means more passes over the data
 * @param state where to keep the state so that an interrupted calibration can go on
 */
public record CalibrationSettings(
    List<RangeEstimator> estimators,
    boolean sequential,
    TensorScheme scheme,
    OptionalLong memoryLimit,
    Optional<StateFile> state) {

  /**
   * A file that holds an unfinished calibration.
   *
   * @param data identity of the data, in words of the caller; what was begun on other data is not
   *     gone on with
   * @param resume whether to go on where there is a file, or to begin anew
   * @param seconds time between two writes, at least; 0 writes after every batch
   */
  public record StateFile(Path file, String data, boolean resume, int seconds) {}

  /** Refuses settings without estimators, repeated ones, and limits below one byte. */
  public CalibrationSettings {
    estimators = List.copyOf(estimators);
    if (estimators.isEmpty() || estimators.stream().distinct().count() != estimators.size()) {
      throw new IllegalArgumentException(
          "Expected different range estimators, at least one, found "
              + estimators.stream().map(RangeEstimator::label).toList());
    }
    if (memoryLimit.orElse(1) < 1) {
      throw new IllegalArgumentException("Expected a memory limit of at least 1 byte");
    }
  }

  /** One pass, without a file. */
  public static CalibrationSettings of(
      List<RangeEstimator> estimators, boolean sequential, TensorScheme scheme) {
    return new CalibrationSettings(
        estimators, sequential, scheme, OptionalLong.empty(), Optional.empty());
  }
}
