package dev.tailgate.quant.data;

import dev.tailgate.onnx.ir.OnnxModel;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The samples of a run, as a user asks for them.
 *
 * @param data where they come from; empty makes them up
 * @param calibrationData what parameters are fitted on; empty takes {@code data}
 * @param tokenizer for text
 * @param count how many
 * @param batchSize samples a run
 * @param sequenceLength tokens a sample where data and model leave it open
 * @param seed of everything random
 */
public record Samples(
    Optional<Path> data,
    Optional<Path> calibrationData,
    Optional<Path> tokenizer,
    int count,
    int batchSize,
    int sequenceLength,
    long seed) {

  /** The same from other files. */
  public Samples on(Path files, Path calibration) {
    return new Samples(
        Optional.of(files),
        Optional.of(calibration),
        tokenizer,
        count,
        batchSize,
        sequenceLength,
        seed);
  }

  /** The samples to evaluate on. */
  public DataSource open(OnnxModel model) {
    return open(model, data, count, seed);
  }

  /**
   * The samples to calibrate on, at most {@code most}. Without data of their own, made-up ones
   * differ from the evaluated ones by seed.
   */
  public DataSource openCalibration(OnnxModel model, int most) {
    return open(model, calibrationData.or(() -> data), most, data.isPresent() ? seed : seed + 1);
  }

  /** The same, at most {@code batches} batches. */
  public DataSource openCalibrationBatches(OnnxModel model, int batches) {
    return openCalibration(model, Math.multiplyExact(batches, batchSize));
  }

  private DataSource open(OnnxModel model, Optional<Path> path, int most, long from) {
    return DataSources.open(
        model, new DataRequest(path, tokenizer, most, batchSize, sequenceLength, from));
  }
}
