package dev.tailgate.run.rewrite;

import dev.tailgate.data.Batch;
import dev.tailgate.data.DataSource;
import dev.tailgate.engine.KernelProfile;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.onnx.ir.ModelException;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.StagedModel;
import dev.tailgate.onnx.method.AttentionRewriter;
import dev.tailgate.onnx.method.MethodSpec;
import dev.tailgate.onnx.method.RewriteResult;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.quant.site.CalibratedSinks;
import dev.tailgate.quant.site.ShiftCalibration;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A rewrite from file to file: reads trained parameters, fits sinks, rewrites, writes, and runs the
 * file it wrote against the original. The file is in its place when that has run.
 */
public final class RewriteRun {
  private final RewriteRequest request;
  private final RunProgress progress;
  private final RunnerOptions options;
  private final OnnxModel model;

  private RewriteRun(RewriteRequest request, RunProgress progress) {
    this.request = request;
    this.progress = progress;
    this.options = request.options().until(progress::cancelled);
    this.model = OnnxModel.load(request.model());
  }

  /**
   * Runs a rewrite that nobody watches, as {@link #run(RewriteRequest, RunProgress)} does.
   *
   * @return what was rewritten, and what verifying it found
   */
  public static RewriteOutcome run(RewriteRequest request) {
    return run(request, RunProgress.SILENT);
  }

  /**
   * Runs a rewrite to the end.
   *
   * @param request from which file to which, and how
   * @param progress hears how far it is, in the calling thread
   * @return what was rewritten, and what verifying it found
   * @throws ModelException for a model that cannot be read, rewritten or written; whatever is
   *     thrown, nothing is written then
   * @throws dev.tailgate.engine.tensor.DataException for data or parameters that do not fit
   * @throws dev.tailgate.engine.RuntimeUnavailableException where the execution provider asked for
   *     is absent
   */
  public static RewriteOutcome run(RewriteRequest request, RunProgress progress) {
    return new RewriteRun(request, progress).run();
  }

  private RewriteOutcome run() {
    MethodSpec spec = ParameterFiles.applied(request.spec(), request.sinks(), request.gates());
    Optional<CalibratedSinks> sinks = Optional.empty();
    if (request.shift().isPresent()) {
      CalibratedSinks fitted = fit(request.shift().getAsDouble(), spec);
      sinks = Optional.of(fitted);
      spec = spec.withSinks(fitted.sinks());
    }
    RewriteResult result = AttentionRewriter.rewrite(model, spec, request.selection());
    requireExpected(result);
    if (request.verify()) {
      // What cannot be verified is told before anything is written.
      ModelRunner.requireLoadable(model, options);
    }
    Optional<VerificationResult> verification = Optional.empty();
    Optional<FusionReport> fusions = Optional.empty();
    try (StagedModel staged = StagedModel.of(result.model(), request.out())) {
      if (request.verify()) {
        // What is checked is the file as it was written, not what it was written from.
        RewriteResult written = at(staged.file(), result);
        DataSource data = request.samples().open(model, options);
        verification = Optional.of(verify(spec, written, data));
        fusions = Optional.of(fusions(written.model(), data));
      }
      staged.publish();
    }
    RewriteResult written = at(request.out(), result);
    return new RewriteOutcome(spec, written, size(request.out()), sinks, verification, fusions);
  }

  private static RewriteResult at(Path file, RewriteResult result) {
    return new RewriteResult(OnnxModel.load(file), result.sites(), result.notSites());
  }

  private CalibratedSinks fit(double mass, MethodSpec spec) {
    OptionalInt heads =
        spec.heads().isPresent() ? OptionalInt.of(spec.heads().get()) : OptionalInt.empty();
    DataSource data = request.samples().openCalibration(model);
    CalibratedSinks fitted = ShiftCalibration.run(model, data, mass, heads, options, progress);
    if (fitted.fitted().isEmpty()) {
      throw ModelException.doing("fitting shifts of the logits")
          .expected("a site whose scores are a value of the graph")
          .found(
              fitted.skipped().isEmpty()
                  ? "no site at all"
                  : "none: " + fitted.skipped().values().iterator().next())
          .fix("Rewrite without --calibrated-shift.");
    }
    return fitted;
  }

  private void requireExpected(RewriteResult result) {
    int found = result.rewritten();
    if (request.expectedSites().isPresent() && request.expectedSites().get() != found) {
      throw ModelException.doing("rewriting attention")
          .expected(request.expectedSites().get() + " sites rewritten, as --expect-sites asks")
          .found(found + " of " + result.sites().size())
          .fix("Nothing was written; 'tailgate inspect' lists the sites.");
    }
  }

  private VerificationResult verify(MethodSpec spec, RewriteResult written, DataSource data) {
    DataSource some = request.samples().openSome(model, data, RewriteVerification.CHECKED_ROWS);
    return RewriteVerification.run(
        model, written, spec, writtenOut(spec), data, some, options, progress);
  }

  /** With fused operators written out, to compare those with that were kept. */
  private Optional<OnnxModel> writtenOut(MethodSpec spec) {
    try {
      return Optional.of(
          AttentionRewriter.rewriteWrittenOut(model, spec, request.selection()).model());
    } catch (ModelException e) {
      // Not every operator can be written out; such a site is checked through the outputs.
      return Optional.empty();
    }
  }

  private FusionReport fusions(OnnxModel rewritten, DataSource data) {
    Batch batch = data.typical();
    return FusionReport.of(
        model,
        KernelProfile.of(model, batch.inputs(), options),
        KernelProfile.of(rewritten, batch.inputs(), options));
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException("Reading the size of " + file, e);
    }
  }
}
