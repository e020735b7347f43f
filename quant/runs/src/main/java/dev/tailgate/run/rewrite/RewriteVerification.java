package dev.tailgate.run.rewrite;

import dev.tailgate.data.Batch;
import dev.tailgate.data.DataSource;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.input.ModelOutputs;
import dev.tailgate.engine.input.ReadableOutputs;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.method.MethodSpec;
import dev.tailgate.onnx.method.RewriteResult;
import dev.tailgate.quant.contest.Contest;
import dev.tailgate.quant.contest.Contestant;
import dev.tailgate.quant.contest.Keep;
import dev.tailgate.quant.contest.SampleProgress;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.quant.score.Scoreboard;
import dev.tailgate.quant.site.SiteCheck;
import dev.tailgate.quant.site.SiteChecks;
import dev.tailgate.quant.site.SiteTargets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Verifies a rewrite by numbers. Each rewritten site is compared with a reference in doubles on
 * {@link #CHECKED_ROWS} rows of the data at most: the question is whether the graph computes what
 * it should, and a handful of samples answers it. Outputs of the rewritten model are compared with
 * the original's on all of them: how much the model has changed depends on the data.
 *
 * <p>In memory are the inputs of the checked samples, and outputs of one batch.
 */
public final class RewriteVerification {
  /** How many rows the sites are checked on. */
  public static final int CHECKED_ROWS = 32;

  private static final int TOGETHER = 4;

  private final OnnxModel original;
  private final RewriteResult rewrite;
  private final DataSource data;
  private final RunnerOptions options;
  private final RunProgress progress;

  private RewriteVerification(
      OnnxModel original,
      RewriteResult rewrite,
      DataSource data,
      RunnerOptions options,
      RunProgress progress) {
    this.original = original;
    this.rewrite = rewrite;
    this.data = data;
    this.options = options;
    this.progress = progress;
  }

  /**
   * Runs both models, and looks into the sites on some of the samples of {@code data}.
   *
   * @param rewrite what the rewriter made of {@code original} by {@code spec}
   * @param writtenOut the same rewrite with fused operators written out, where there are any that
   *     the rewrite keeps; without it they are checked through the model's outputs
   * @throws dev.tailgate.engine.ModelRunException where one of the models does not run
   * @throws dev.tailgate.engine.tensor.DataException where the data does not fit
   */
  public static VerificationResult run(
      OnnxModel original,
      RewriteResult rewrite,
      MethodSpec spec,
      Optional<OnnxModel> writtenOut,
      DataSource data,
      RunnerOptions options,
      RunProgress progress) {
    DataSource some = data.some(CHECKED_ROWS, TOGETHER);
    return run(original, rewrite, spec, writtenOut, data, some, options, progress);
  }

  /** The same, looking into the sites on {@code some} of the samples. */
  static VerificationResult run(
      OnnxModel original,
      RewriteResult rewrite,
      MethodSpec spec,
      Optional<OnnxModel> writtenOut,
      DataSource data,
      DataSource some,
      RunnerOptions options,
      RunProgress progress) {
    List<Batch> looked = new ArrayList<>();
    some.batches().forEachRemaining(looked::add);
    List<SiteCheck> sites =
        SiteChecks.run(
            rewrite.model(),
            SiteTargets.of(original, rewrite, spec),
            writtenOut,
            looked,
            options,
            progress);
    return new RewriteVerification(original, rewrite, data, options, progress)
        .compareOutputs(sites);
  }

  private VerificationResult compareOutputs(List<SiteCheck> sites) {
    ReadableOutputs readable = ReadableOutputs.of(original.graph());
    Set<String> outputs = readable.names();
    Contestant one = Contestant.of("original", original, outputs, options);
    Contestant other = Contestant.of("rewritten", rewrite.model(), outputs, options);
    Scoreboard scores =
        new Scoreboard(
            ModelOutputs.of(original.graph()), data.scoring(), one.name(), List.of(other.name()));
    SampleProgress samples = new SampleProgress("comparing outputs", data, progress);
    try (Contest contest = Contest.open(one, data::batches, Keep.NOTHING)) {
      contest.run(List.of(other), scores, samples);
    }
    return new VerificationResult(
        sites,
        scores.task(one.name()).scores(),
        scores.task(other.name()).scores(),
        scores.agreement(other.name()).scores(),
        samples.samples(),
        data.description(),
        data.synthetic(),
        readable.note().stream().toList());
  }
}
