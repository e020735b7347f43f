package dev.tailgate.run.audit;

import dev.tailgate.data.Batch;
import dev.tailgate.data.DataSource;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.input.ModelOutputs;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.quant.measure.TapRun;
import dev.tailgate.quant.plan.Quantization;
import dev.tailgate.quant.qdq.InsertQuantizeDequantize;
import dev.tailgate.quant.score.AgreementScorer;
import dev.tailgate.quant.score.NanOutputs;
import dev.tailgate.quant.score.TaskScorer;
import dev.tailgate.stats.TapStatistics;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Runs the float model, measured, and the quantized one over the same batches in step, so that
 * outputs are compared and dropped batch by batch.
 */
final class Evaluation {
  private Evaluation() {}

  /**
   * What the run gave.
   *
   * @param statistics by tap tensor
   * @param fp task metric of the float model
   * @param quantized task metric of the quantized model
   * @param agreement of the quantized outputs with the float ones
   * @param nan in the outputs of the float model
   * @param quantizedNan in the outputs of the quantized one
   * @param dataSha256 see {@link DataHash}
   */
  record Outcome(
      Map<String, TapStatistics> statistics,
      TaskScorer fp,
      Optional<TaskScorer> quantized,
      Optional<AgreementScorer> agreement,
      List<NanOutputs.Found> nan,
      List<NanOutputs.Found> quantizedNan,
      long samples,
      int shortest,
      int longest,
      String dataSha256) {}

  static Outcome run(
      OnnxModel model,
      TapPlan plan,
      Optional<Quantization> quantization,
      DataSource data,
      RunnerOptions options,
      RunProgress progress) {
    Set<String> outputs = model.graph().outputNames();
    ModelOutputs primary = ModelOutputs.of(model.graph());
    TaskScorer fp = TaskScorer.of(data.task(), primary);
    TaskScorer quantized = TaskScorer.of(data.task(), primary);
    AgreementScorer agreement = AgreementScorer.of(primary, data.task());
    NanOutputs nan = new NanOutputs();
    NanOutputs quantizedNan = new NanOutputs();
    DataHash hash = new DataHash();
    long samples = 0;
    int shortest = Integer.MAX_VALUE;
    int longest = 0;
    try (TapRun measured =
            TapRun.open(model, plan.targets(), data.hasPadding(), plan.rowIsToken(), options);
        QuantizedRun rounded = QuantizedRun.open(model, quantization, options)) {
      Iterator<Batch> batches = data.batches();
      while (batches.hasNext()) {
        Batch batch = batches.next();
        hash.accept(batch);
        Map<String, Tensor> reference = measured.accept(batch, outputs);
        fp.accept(batch, reference);
        nan.accept(batch, reference);
        if (quantization.isPresent()) {
          Map<String, Tensor> test = rounded.run(batch, outputs);
          quantized.accept(batch, test);
          quantizedNan.accept(batch, test);
          agreement.accept(batch, reference, test);
        }
        int length = sequenceLength(batch);
        shortest = Math.min(shortest, length);
        longest = Math.max(longest, length);
        samples += batch.samples();
        progress.at("evaluating", samples, data.samples());
      }
      return new Outcome(
          measured.statistics(),
          fp,
          quantization.map(q -> quantized),
          quantization.map(q -> agreement),
          nan.found(),
          quantizedNan.found(),
          samples,
          shortest,
          longest,
          hash.hex());
    }
  }

  private static int sequenceLength(Batch batch) {
    return batch.inputs().values().stream()
        .filter(t -> !t.type().isFloat() && t.rank() == 2)
        .mapToInt(t -> (int) t.dim(1))
        .max()
        .orElse(0);
  }

  /** The fake-quant model's runner, or nothing where the audit does not quantize. */
  private record QuantizedRun(Optional<ModelRunner> runner) implements AutoCloseable {
    @SuppressWarnings("MustBeClosed") // closed by close()
    static QuantizedRun open(
        OnnxModel model, Optional<Quantization> quantization, RunnerOptions options) {
      return new QuantizedRun(
          quantization.map(
              q ->
                  ModelRunner.open(
                      InsertQuantizeDequantize.apply(model, q.quantizers()),
                      options.with(RunnerOptions.Optimization.FLOAT_ONLY))));
    }

    Map<String, Tensor> run(Batch batch, Set<String> outputs) {
      return runner.orElseThrow().run(batch.inputs(), outputs);
    }

    @Override
    public void close() {
      runner.ifPresent(ModelRunner::close);
    }
  }
}
