package dev.tailgate.run.cure;

import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.file.Publication;
import dev.tailgate.file.WorkFolder;
import dev.tailgate.onnx.ir.Float32Model;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.StagedModel;
import dev.tailgate.onnx.method.AttentionRewriter;
import dev.tailgate.onnx.method.Method;
import dev.tailgate.onnx.quantized.ModelQuantization;
import dev.tailgate.quant.encodings.Encodings;
import dev.tailgate.quant.encodings.EncodingsFile;
import dev.tailgate.quant.encodings.EncodingsFormat;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.quant.plan.AlreadyQuantized;
import dev.tailgate.quant.score.TrialRunner;
import dev.tailgate.result.CureResult;
import dev.tailgate.result.CureResult.Kind;
import dev.tailgate.result.RunResult;
import dev.tailgate.result.json.CureResultJson;
import dev.tailgate.run.audit.Audit;
import dev.tailgate.run.audit.AuditRequest;
import dev.tailgate.run.audit.Tool;
import dev.tailgate.run.quantize.BesideOut;
import dev.tailgate.run.quantize.OnGrids;
import dev.tailgate.run.quantize.QuantizeRun;
import dev.tailgate.run.rewrite.ParameterFiles;
import dev.tailgate.train.loop.Training;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A cure, stage by stage: audit, rewrite, audit, train the rewritten model to do what the original
 * does, audit again, and publish model and proof together. Whatever fails, nothing is written but a
 * checkpoint that training goes on from, where the request asks for checkpoints.
 */
public final class CureRun {
  private final CureRequest request;
  private final RunProgress progress;
  private final Trainer trainer;
  private final RunnerOptions options;
  private final OnnxModel model;

  private CureRun(CureRequest request, RunProgress progress, Trainer trainer) {
    this.request = request;
    this.progress = progress;
    this.trainer = trainer;
    this.options =
        request.options().with(RunnerOptions.Optimization.FLOAT_ONLY).until(progress::cancelled);
    OnnxModel file = OnnxModel.load(request.model());
    this.model = options.inFloat32() ? Float32Model.of(file) : file;
  }

  /**
   * Runs to the end.
   *
   * @throws dev.tailgate.onnx.ir.ModelException for a model that cannot be read, rewritten, trained
   *     or written
   * @throws dev.tailgate.engine.tensor.DataException for data that does not fit, or is too little
   * @throws dev.tailgate.train.loop.TrainingException for a checkpoint that is there and not to be
   *     gone on from, before anything is measured
   * @throws UncheckedIOException for a place that cannot be written, before anything is trained
   */
  public static Cured run(CureRequest request, RunProgress progress) {
    return run(request, progress, new LoopTrainer(request));
  }

  static Cured run(CureRequest request, RunProgress progress, Trainer trainer) {
    if (request.spec().method() == Method.VANILLA) {
      throw new IllegalArgumentException(
          "a cure gives attention another method; vanilla is what 'rewrite' takes back");
    }
    return new CureRun(request, progress, trainer).run();
  }

  private Cured run() {
    AlreadyQuantized.refuseAny(ModelQuantization.of(model), "training the model");
    requirePlaces();
    CureParts parts = CureParts.of(model, request.samples(), request.heldOut());
    CureStart start =
        CureStart.of(
            model,
            ParameterFiles.applied(request.spec(), request.sinks(), request.gates()),
            request.selection(),
            request.mass(),
            parts.fitting(model),
            options,
            progress);
    OnnxModel rewritten = start.rewrite().model();
    request.quantizers().ifPresent(s -> QuantizeRun.requireDeployable(rewritten, s));
    Audit.Scored before = audit(request.model(), parts, "original");
    Audit.Scored between = auditRewritten(rewritten, parts);
    try (Trainer.Result trained = trainer.train(rewritten, model, parts, progress)) {
      Cured cured = publish(start, trained, parts, before, between);
      trained.finished().run();
      return cured;
    }
  }

  private Cured publish(
      CureStart start,
      Trainer.Result trained,
      CureParts parts,
      Audit.Scored before,
      Audit.Scored between) {
    OnnxModel rewritten = start.rewrite().model();
    String method = rewritten.metadata().getOrDefault(AttentionRewriter.METHOD, "");
    OnnxModel cured =
        trained
            .model()
            .withMetadata(AttentionRewriter.CURE, Optional.of(words(trained.record().steps())));
    try (StagedModel staged = StagedModel.of(cured, request.out())) {
      Audit.Scored after = audit(staged.file(), parts, "cured");
      double[] sqnr = sqnr(List.of(rewritten, OnnxModel.load(staged.file())), parts);
      CureStages stages = new CureStages(before);
      CureResult result =
          result(
              parts,
              method,
              before.result(),
              List.of(
                  stages.of(Kind.ORIGINAL, before, Double.POSITIVE_INFINITY),
                  stages.of(Kind.REWRITTEN, between, sqnr[0]),
                  stages.of(Kind.CURED, after, sqnr[1])),
              trained,
              start);
      if (trained.encodings().isPresent()) {
        deploy(staged, trained.encodings().get(), parts);
      }
      return publish(staged, result, List.of(after, between, before));
    }
  }

  /** Grids and the deployable model on them, beside the cured one. */
  private void deploy(StagedModel staged, Encodings encodings, CureParts parts) {
    new OnGrids(request.quantizers().orElseThrow(), parts.heldOut(), request.options())
        .write(staged.file(), BesideOut.quantized(request.out()), encodings, progress);
    try {
      EncodingsFile.add(
          encodings,
          EncodingsFormat.TAILGATE,
          BesideOut.encodings(request.out()),
          staged.publication());
    } catch (IOException e) {
      throw new UncheckedIOException("Writing the grids beside " + request.out(), e);
    }
  }

  /** What is to be written is tried before hours of training. */
  private void requirePlaces() {
    request.checkpoints().ifPresent(Training.Checkpoints::requireFree);
    try {
      Publication.place(request.out());
      if (request.qat().isPresent()) {
        Publication.place(BesideOut.encodings(request.out()));
        Publication.place(BesideOut.quantized(request.out()));
      }
      try (WorkFolder tried = WorkFolder.near(request.out())) {
        tried.path();
      }
      if (request.report().isPresent()) {
        Publication.place(request.report().get().resolve(CureResultJson.FILE));
        try (WorkFolder tried = WorkFolder.near(request.report().get())) {
          tried.path();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Failed making place for " + request.out(), e);
    }
  }

  private Audit.Scored audit(Path file, CureParts parts, String stage) {
    return Audit.scored(
        new AuditRequest(
            file,
            parts.heldOut(),
            request.taps(),
            Optional.of(request.settings()),
            request.options(),
            true,
            Optional.empty()),
        progress.about(stage));
  }

  private Audit.Scored auditRewritten(OnnxModel rewritten, CureParts parts) {
    try (WorkFolder work = WorkFolder.near(request.out())) {
      Path file = work.path().resolve("rewritten.onnx");
      rewritten.save(file);
      return audit(file, parts, "rewritten");
    } catch (IOException e) {
      throw new UncheckedIOException("Failed writing the rewritten model to audit it", e);
    }
  }

  /** How near the float outputs of some models are to the original's. */
  private double[] sqnr(List<OnnxModel> models, CureParts parts) {
    try (TrialRunner trials =
        TrialRunner.open(
            model, parts.heldOutSource(), options, progress.about("against the original"))) {
      return models.stream().mapToDouble(other -> trials.run(other).sqnr()).toArray();
    }
  }

  private String words(long steps) {
    return String.format(Locale.ROOT, "%s, %d steps", request.spec().method().label(), steps);
  }

  private CureResult result(
      CureParts parts,
      String method,
      RunResult original,
      List<CureResult.Stage> stages,
      Trainer.Result trained,
      CureStart start) {
    boolean hasMetric = original.task().fp().isPresent();
    return new CureResult(
        CureResult.SCHEMA_VERSION,
        Tool.info(),
        request.model().toString(),
        request.out().toString(),
        method,
        request.settings().scheme().name(),
        new CureResult.Data(
            parts.trainingSource().description(),
            parts.trainingSource().count(),
            0,
            parts.heldOutSource().description(),
            parts.heldOutSource().count(),
            original.run().dataSha256(),
            trained.labels()),
        hasMetric ? Optional.of(original.task().name()) : Optional.empty(),
        original.task().unit(),
        original.task().direction(),
        stages,
        CureRecipe.of(request, start, original, trained.record()),
        CureWarnings.of(start, stages, hasMetric));
  }

  private Cured publish(StagedModel staged, CureResult result, List<Audit.Scored> audits) {
    try {
      if (request.report().isPresent()) {
        staged
            .publication()
            .add(request.report().get().resolve(CureResultJson.FILE), CureResultJson.write(result));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Writing " + CureResultJson.FILE, e);
    }
    staged.publish();
    return new Cured(
        result,
        List.of(
            audits.get(0).result().at(request.out().toString()),
            audits.get(1).result().at(rewrittenName()),
            audits.get(2).result()));
  }

  /** The rewritten model lies nowhere; its result is called after the model. */
  private String rewrittenName() {
    return BesideOut.stem(request.model()) + "-rewritten.onnx";
  }
}
