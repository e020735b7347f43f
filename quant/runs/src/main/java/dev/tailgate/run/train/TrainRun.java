package dev.tailgate.run.train;

import dev.tailgate.data.DataSource;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.file.Publication;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.StagedModel;
import dev.tailgate.onnx.quantized.ModelQuantization;
import dev.tailgate.quant.encodings.Encodings;
import dev.tailgate.quant.encodings.EncodingsFile;
import dev.tailgate.quant.encodings.EncodingsFormat;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.quant.placement.Selector;
import dev.tailgate.quant.plan.AlreadyQuantized;
import dev.tailgate.result.TrainResult;
import dev.tailgate.result.json.TrainResultJson;
import dev.tailgate.run.model.ModelFile;
import dev.tailgate.run.quantize.QuantizeRun;
import dev.tailgate.train.graph.ParameterGroup;
import dev.tailgate.train.graph.TrainingPlan;
import dev.tailgate.train.loop.LoopPlan;
import dev.tailgate.train.loop.Trained;
import dev.tailgate.train.loop.Training;
import dev.tailgate.train.loop.TrainingLoop;
import dev.tailgate.train.loss.WeightedLoss;
import dev.tailgate.train.optimiser.Schedule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A training with its files: the trained model with everything but its weights as it was, and
 * {@code train.json}; through quantizers the grids and the deployable model, too. They are
 * published whole, and checkpoints go once they are in their places.
 */
public final class TrainRun {
  /** What the record is called in the report folder. */
  public static final String FILE = "train.json";

  private final TrainRequest request;
  private final RunProgress progress;
  private final RunnerOptions options;

  private TrainRun(TrainRequest request, RunProgress progress) {
    this.request = request;
    this.progress = progress;
    this.options = request.options().until(progress::cancelled);
  }

  /**
   * Trains, and writes what the request names.
   *
   * @throws dev.tailgate.onnx.ir.ModelException for a model or a teacher that cannot be read or
   *     trained
   * @throws DataException for data that does not fit, or is too little
   * @throws dev.tailgate.train.checkpoint.CheckpointException for a checkpoint of another training
   * @throws dev.tailgate.train.loop.TrainingException where memory does not suffice, or a loss is
   *     not finite
   * @throws UncheckedIOException for a file that cannot be written, before the first step
   */
  public static TrainResult run(TrainRequest request, RunProgress progress) {
    return new TrainRun(request, progress).run();
  }

  private TrainResult run() {
    requirePlaces();
    OnnxModel model = ModelFile.read(request.model(), options);
    AlreadyQuantized.refuseAny(ModelQuantization.of(model), "training the model");
    Optional<OnnxModel> teacher =
        request
            .teacher()
            .map(file -> file.equals(request.model()) ? model : ModelFile.read(file, options));
    TrainParts parts = TrainParts.of(model, request.samples(), request.heldOut());
    DataSource data = parts.training();
    requireBatch(data);
    List<LossKind> kinds =
        request.losses().isEmpty()
            ? LossKind.of(data, teacher.isPresent())
            : fitting(request.losses(), data, teacher.isPresent());
    request.quantizers().ifPresent(settings -> QuantizeRun.requireDeployable(model, settings));
    Training floats =
        new Training(
            model,
            teacher,
            data,
            Optional.of(parts.heldOut()),
            plan(kinds, model, data),
            loop(data),
            options,
            Optional.of(checkpoints()));
    Training training =
        request
            .quantizers()
            .map(
                settings ->
                    floats.through(DeployedTraining.quantizing(settings, request.samples(), data)))
            .orElse(floats);
    try (Trained trained = TrainingLoop.run(training, progress)) {
      TrainResult result =
          publish(
              trained,
              TrainSummary.of(request, parts, kinds, trained.record()),
              parts,
              new DeployedTraining.Models(model, teacher.orElse(model)));
      trained.removeCheckpoints();
      return result;
    }
  }

  /** What is to be written is tried before hours of training. */
  private void requirePlaces() {
    checkpoints().requireFree();
    try {
      requirePlace(request.out());
      if (request.quantizers().isPresent()) {
        requirePlace(request.encodingsFile());
        requirePlace(request.quantizedFile());
      }
      if (request.report().isPresent()) {
        requirePlace(request.report().get().resolve(FILE));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Failed making place for " + request.out(), e);
    }
  }

  private Training.Checkpoints checkpoints() {
    return new Training.Checkpoints(request.checkpointFolder(), request.checkpoints().resume());
  }

  private static void requirePlace(Path file) throws IOException {
    Path place = Publication.place(file);
    Path at = place.getParent();
    while (at != null && !Files.exists(at)) {
      at = at.getParent();
    }
    if (at == null || !Files.isDirectory(at)) {
      throw new FileSystemException(file.toString(), null, "what it would lie in is no folder");
    }
    if (!Files.isWritable(at)) {
      throw new AccessDeniedException(at.toString());
    }
  }

  private void requireBatch(DataSource data) {
    int rows = request.samples().batchSize();
    if (data.samples() < rows) {
      throw DataException.doing("cutting samples into batches to train on")
          .expected("samples for a batch of " + rows + " rows")
          .found(data.samples() + " rows")
          .where(data.description())
          .fix("Give more samples, or a smaller --batch-size.");
    }
  }

  private static List<LossKind> fitting(List<LossKind> kinds, DataSource data, boolean hasTeacher) {
    for (LossKind kind : kinds) {
      boolean isLabelled = !kind.needsLabels() || data.batches().next().labels().isPresent();
      if (!kind.fits(data.task()) || !isLabelled) {
        throw DataException.doing("training for the loss " + kind.label())
            .expected("labels that it is made of")
            .found(isLabelled ? "the task " + data.task().label() : "none")
            .where(data.description())
            .fix("Leave --loss out to take what the data asks for, or say --task.");
      }
      if (kind == LossKind.TEACHER && !hasTeacher) {
        throw new IllegalArgumentException("--loss teacher needs --teacher");
      }
    }
    return kinds;
  }

  private TrainingPlan plan(List<LossKind> kinds, OnnxModel model, DataSource data) {
    TrainRequest.Update update = request.update();
    List<ParameterGroup> groups = new ArrayList<>();
    if (!update.frozen().isEmpty()) {
      groups.add(ParameterGroup.frozen(update.frozen()));
    }
    if (update.trained().isEmpty()) {
      groups.add(TrainingPlan.WITHOUT_DECAY);
    } else {
      groups.add(ParameterGroup.trained(update.trained(), 1, update.decay()));
      groups.add(ParameterGroup.frozen(List.of(Selector.parse("name:*"))));
    }
    return new TrainingPlan(
        kinds.stream()
            .map(kind -> new WeightedLoss(kind.label(), kind.loss(model, data), 1))
            .toList(),
        update.optimiser(),
        groups,
        update.decay(),
        update.clip(),
        update.accumulation(),
        update.average());
  }

  private LoopPlan loop(DataSource data) {
    TrainRequest.Course course = request.course();
    long rows = (long) request.samples().batchSize() * request.update().accumulation();
    long perEpoch = Math.max(1, data.samples() / rows);
    long steps = course.steps().orElse(Math.max(1, Math.round(course.epochs() * perEpoch)));
    Schedule schedule =
        new Schedule(course.shape(), course.rate(), course.warmUp().orElse(steps / 10), steps, 0);
    return new LoopPlan(
        schedule,
        request.samples().batchSize(),
        request.samples().seed(),
        course.evaluateEvery().orElse(Math.max(1, steps / 10)),
        course.patience(),
        request.checkpoints().every());
  }

  private TrainResult publish(
      Trained trained, TrainResult floats, TrainParts parts, DeployedTraining.Models models) {
    OnnxModel marked =
        trained.model().withMetadata("tailgate.train", Optional.of(floats.steps() + " steps"));
    try (StagedModel staged = StagedModel.of(marked, request.out())) {
      TrainResult result = floats;
      if (request.quantizers().isPresent()) {
        Encodings encodings = trained.encodings().orElseThrow();
        DeployedTraining.Deployed deployed =
            new DeployedTraining(request, request.quantizers().get(), parts, options, progress)
                .write(staged.file(), encodings, models);
        result = floats.with(deployed.result(), deployed.warnings());
        EncodingsFile.add(
            encodings, EncodingsFormat.TAILGATE, request.encodingsFile(), staged.publication());
      }
      if (request.report().isPresent()) {
        staged
            .publication()
            .add(request.report().get().resolve(FILE), TrainResultJson.write(result));
      }
      staged.publish();
      return result;
    } catch (IOException e) {
      throw new UncheckedIOException("Writing what was trained", e);
    }
  }
}
