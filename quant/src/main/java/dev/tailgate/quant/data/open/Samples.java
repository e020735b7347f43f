package dev.tailgate.quant.data.open;

import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.quant.data.DataRequest;
import dev.tailgate.quant.data.DataRequest.Purpose;
import dev.tailgate.quant.data.DataSource;
import dev.tailgate.quant.data.DataSpec;
import dev.tailgate.quant.data.Task;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The samples of a run, as a user asks for them.
 *
 * @param request which ones to evaluate on
 * @param calibrationData what parameters are fitted on; empty takes the data of {@code request}
 */
public record Samples(DataRequest request, Optional<DataSpec> calibrationData) {

  /** Calibrated on the data that it is evaluated on. */
  public Samples(DataRequest request) {
    this(request, Optional.empty());
  }

  /** The same from other files. */
  public Samples on(Path files, Path calibration) {
    return new Samples(
        request.on(
            Optional.of(DataSpec.of(files)), request.samples(), request.seed(), Purpose.EVALUATION),
        Optional.of(DataSpec.of(calibration)));
  }

  /** Samples a run. */
  public int batchSize() {
    return request.batchSize();
  }

  /** Seed of everything random. */
  public long seed() {
    return request.seed();
  }

  /**
   * The samples to evaluate on. Without labels, a model that predicts tokens is taken for a causal
   * language model only where running it shows that it does not see later tokens; otherwise it is
   * compared by agreement.
   */
  public DataSource open(OnnxModel model) {
    DataSource source = DataSources.open(model, request);
    boolean isGuess = request.task().isEmpty() && source.task() == Task.CAUSAL_LM;
    return isGuess && CausalProbe.seesLaterTokens(model).orElse(false)
        ? DataSources.open(model, request.as(Task.AGREEMENT))
        : source;
  }

  /**
   * The samples to calibrate on, at most {@code most}. Without data of their own, made-up ones
   * differ from the evaluated ones by seed.
   */
  public DataSource openCalibration(OnnxModel model, int most) {
    long seed = request.data().isPresent() ? request.seed() : request.seed() + 1;
    return DataSources.open(
        model, request.on(calibrationData.or(request::data), most, seed, Purpose.CALIBRATION));
  }

  /** The same, at most {@code batches} batches. */
  public DataSource openCalibrationBatches(OnnxModel model, int batches) {
    return openCalibration(model, Math.multiplyExact(batches, batchSize()));
  }
}
