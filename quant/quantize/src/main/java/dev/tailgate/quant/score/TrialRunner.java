package dev.tailgate.quant.score;

import com.google.errorprone.annotations.MustBeClosed;
import dev.tailgate.data.Batch;
import dev.tailgate.data.DataSource;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.input.ModelOutputs;
import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.quant.contest.BatchRunner;
import dev.tailgate.quant.contest.Contest;
import dev.tailgate.quant.contest.Contestant;
import dev.tailgate.quant.contest.Keep;
import dev.tailgate.quant.contest.SampleProgress;
import dev.tailgate.quant.measure.RunProgress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

/**
 * Runs models with the interface of one float model over one set of samples. That model's outputs
 * are computed once and kept while they are small; otherwise it runs beside each of the others.
 */
public final class TrialRunner implements AutoCloseable {
  private static final String ORIGINAL = "float";
  private static final String TRIED = "tried";

  private final DataSource data;
  private final RunnerOptions options;
  private final RunProgress progress;
  private final ModelOutputs outputs;
  private final String compared;
  private final Set<String> wanted = new LinkedHashSet<>();
  private final Contest contest;
  private final Trial original;
  private int evaluations;

  private TrialRunner(
      OnnxModel model, DataSource data, RunnerOptions options, RunProgress progress) {
    this.data = data;
    this.options = options.with(RunnerOptions.Optimization.FLOAT_ONLY);
    this.progress = progress;
    this.outputs = ModelOutputs.of(model.graph());
    this.compared =
        data.task().comparesEmbeddings()
            ? data.scoring().embedding(outputs)
            : outputs.predictions();
    wanted.add(compared);
    wanted.add(outputs.predictions());
    outputs.spanStart().ifPresent(wanted::add);
    outputs.spanEnd().ifPresent(wanted::add);
    wanted.add(data.scoring().embedding(outputs));
    this.contest = open(model);
    try {
      this.original = score(ORIGINAL, List.of(), Long.MAX_VALUE);
    } catch (RuntimeException e) {
      contest.close();
      throw e;
    }
  }

  @SuppressWarnings("MustBeClosed") // closed by close()
  private Contest open(OnnxModel model) {
    return Contest.open(
        Contestant.of(ORIGINAL, model, wanted, options), data::batches, Keep.of(Set.of(compared)));
  }

  /** Runs the float {@code model}. */
  @MustBeClosed
  public static TrialRunner open(
      OnnxModel model, DataSource data, RunnerOptions options, RunProgress progress) {
    return new TrialRunner(model, data, options, progress);
  }

  /** What the float model itself did. */
  public Trial original() {
    return original;
  }

  /** Samples a trial runs over. */
  public long samples() {
    return data.samples();
  }

  /** How many models have been tried. */
  public int evaluations() {
    return evaluations;
  }

  /** Runs {@code model}, which has the inputs and outputs of the original. */
  public Trial run(OnnxModel model) {
    return run(model, Long.MAX_VALUE);
  }

  /**
   * The same on a few samples only, spread over all. Its error tells what is hopeless; its scores
   * are those of other samples than {@link #original()}'s and compare with nothing.
   *
   * @param samples that are run, at least where there are so many
   */
  public Trial glance(OnnxModel model, int samples) {
    return run(model, samples);
  }

  /** Runs what {@code opening} makes of the outputs that are wanted, as {@link #run(OnnxModel)}. */
  public Trial run(Function<Set<String>, BatchRunner> opening) {
    evaluations++;
    Contestant tried = new Contestant(TRIED, () -> opening.apply(wanted));
    return score(TRIED, List.of(tried), Long.MAX_VALUE);
  }

  private Trial run(OnnxModel model, long samples) {
    evaluations++;
    return score(TRIED, List.of(Contestant.of(TRIED, model, wanted, options)), samples);
  }

  private Trial score(String name, List<Contestant> challengers, long samples) {
    TaskScorer scorer = TaskScorer.of(data.scoring(), outputs);
    OutputError error = new OutputError();
    contest.run(
        samples,
        challengers,
        round -> scorer.accept(round.batch(), round.of(name)),
        round ->
            error.accept(
                round.batch(),
                output(round.batch(), round.reference()),
                output(round.batch(), round.of(name))),
        new SampleProgress("evaluating", data, progress));
    return new Trial(scorer, error.metric());
  }

  private Tensor output(Batch batch, Map<String, Tensor> results) {
    Tensor tensor = Objects.requireNonNull(results.get(compared));
    if (!tensor.type().isFloat()) {
      throw DataException.doing("comparing output " + compared)
          .expected("real values")
          .found(tensor.toString())
          .fix("Models whose outputs are integers cannot be compared by their error.");
    }
    return batch.withoutCopies(tensor);
  }

  @Override
  public void close() {
    contest.close();
  }
}
