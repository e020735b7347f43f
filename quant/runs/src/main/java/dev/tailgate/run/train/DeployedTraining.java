package dev.tailgate.run.train;

import dev.tailgate.data.Batch;
import dev.tailgate.data.DataSource;
import dev.tailgate.data.open.Samples;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.quant.contest.BatchRunner;
import dev.tailgate.quant.encodings.Encodings;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.quant.plan.QuantizationSettings;
import dev.tailgate.quant.score.Trial;
import dev.tailgate.quant.score.TrialRunner;
import dev.tailgate.result.TrainResult;
import dev.tailgate.run.quantize.OnGrids;
import dev.tailgate.run.quantize.QuantizeOutcome;
import dev.tailgate.train.qat.Quantizing;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The deployable end of a training through quantizers: what {@code quantize} makes of the trained
 * model on the grids that it was trained on, and what that scores on the held-out samples.
 */
final class DeployedTraining {
  private final TrainRequest request;
  private final QuantizationSettings settings;
  private final TrainParts parts;
  private final RunnerOptions options;
  private final RunProgress progress;

  DeployedTraining(
      TrainRequest request,
      QuantizationSettings settings,
      TrainParts parts,
      RunnerOptions options,
      RunProgress progress) {
    this.request = request;
    this.settings = settings;
    this.parts = parts;
    this.options = options;
    this.progress = progress;
  }

  /** Quantizers whose ranges are found on samples of training, never on those of the scores. */
  static Quantizing quantizing(
      QuantizationSettings settings, Samples samples, DataSource training) {
    int batches = settings.calibrationBatches();
    int rows = samples.batchSize();
    return new Quantizing(
        settings,
        model ->
            samples.calibrationData().isPresent()
                ? samples.openCalibrationBatches(model, batches)
                : training.some(Math.multiplyExact((long) batches, rows), rows));
  }

  /**
   * Writes the deployable model in its place, and scores it.
   *
   * @param trained the trained model as a file
   * @param models before training, and what scores are against: the teacher where there is one
   * @return what there is to say, and warnings of it
   */
  Deployed write(Path trained, Encodings encodings, Models models) {
    Samples typed = request.samples().as(parts.training().task());
    QuantizeOutcome outcome =
        new OnGrids(
                settings, request.heldOut().map(typed::withData).orElse(typed), request.options())
            .write(trained, request.quantizedFile(), encodings, progress);
    return new Deployed(scores(trained, models), outcome.advice());
  }

  private TrainResult.Quantized scores(Path trained, Models models) {
    try (TrialRunner trials =
        TrialRunner.open(
            models.reference(), parts.heldOut(), options, progress.about("trained model"))) {
      Trial before =
          models.before() == models.reference() ? trials.original() : trials.run(models.before());
      Trial after = trials.run(OnnxModel.load(trained));
      Trial deployed = trials.run(wanted -> deployed(wanted));
      return new TrainResult.Quantized(
          settings.scheme().name(),
          request.encodingsFile().toString(),
          request.quantizedFile().toString(),
          before.score(),
          after.score(),
          deployed.score());
    }
  }

  @SuppressWarnings("MustBeClosed") // closed by the runner of trials
  private BatchRunner deployed(Set<String> wanted) {
    ModelRunner runner =
        ModelRunner.open(
            OnnxModel.load(request.quantizedFile()), options.with(RunnerOptions.Optimization.FULL));
    return new BatchRunner() {
      @Override
      public Map<String, Tensor> run(Batch batch) {
        return runner.run(batch.inputs(), wanted);
      }

      @Override
      public void close() {
        runner.close();
      }
    };
  }

  /**
   * Models that scores need.
   *
   * @param before the student before training
   * @param reference what outputs are compared with where there are no labels
   */
  record Models(OnnxModel before, OnnxModel reference) {}

  /**
   * What came of it.
   *
   * @param warnings of the quantization
   */
  record Deployed(TrainResult.Quantized result, List<String> warnings) {}
}
