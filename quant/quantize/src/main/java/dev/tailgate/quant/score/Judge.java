package dev.tailgate.quant.score;

import com.google.errorprone.annotations.MustBeClosed;
import dev.tailgate.data.Batch;
import dev.tailgate.data.DataSource;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.input.ModelOutputs;
import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.quant.measure.RunProgress;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Runs models with the interface of one float model over one set of samples. That model's outputs
 * are computed once and kept while they are small; otherwise it runs beside each of the others.
 */
public final class Judge implements AutoCloseable {
  private final DataSource data;
  private final RunnerOptions options;
  private final RunProgress progress;
  private final ModelOutputs outputs;
  private final String compared;
  private final Set<String> wanted = new LinkedHashSet<>();
  private final ReferenceBatches reference;
  private final Trial original;
  private int evaluations;

  private Judge(OnnxModel model, DataSource data, RunnerOptions options, RunProgress progress) {
    this.data = data;
    this.options = options.with(RunnerOptions.Optimization.FLOAT_ONLY);
    this.progress = progress;
    this.outputs = ModelOutputs.of(model.graph());
    this.compared = data.task().comparesEmbeddings() ? outputs.embedding() : outputs.predictions();
    wanted.add(compared);
    wanted.add(outputs.predictions());
    outputs.spanStart().ifPresent(wanted::add);
    outputs.spanEnd().ifPresent(wanted::add);
    wanted.add(outputs.embedding());
    this.reference = new ReferenceBatches(model, data, this.options, wanted, compared);
    this.original = score((batch, results) -> results);
  }

  /** Runs the float {@code model}. */
  @MustBeClosed
  public static Judge open(
      OnnxModel model, DataSource data, RunnerOptions options, RunProgress progress) {
    return new Judge(model, data, options, progress);
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
    evaluations++;
    try (ModelRunner runner = ModelRunner.open(model, options)) {
      return score((batch, ignored) -> runner.run(batch.inputs(), wanted));
    }
  }

  private interface Runner {
    Map<String, Tensor> run(Batch batch, Map<String, Tensor> reference);
  }

  private Trial score(Runner runner) {
    TaskScorer scorer = TaskScorer.of(data.task(), outputs);
    OutputError error = new OutputError();
    long[] done = {0};
    reference.forEach(
        (batch, expected) -> {
          Map<String, Tensor> results = runner.run(batch, expected);
          scorer.accept(batch, results);
          error.accept(batch, output(batch, expected), output(batch, results));
          done[0] += batch.samples();
          progress.at("evaluating", done[0], data.samples());
        });
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
    reference.close();
  }
}
