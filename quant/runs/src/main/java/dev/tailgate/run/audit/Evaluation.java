package dev.tailgate.run.audit;

import dev.tailgate.data.Batch;
import dev.tailgate.data.DataSource;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.input.ModelOutputs;
import dev.tailgate.engine.input.ReadableOutputs;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.quant.contest.Contest;
import dev.tailgate.quant.contest.Contestant;
import dev.tailgate.quant.contest.Keep;
import dev.tailgate.quant.contest.SampleProgress;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.quant.measure.TapReadings;
import dev.tailgate.quant.plan.Calibrated;
import dev.tailgate.quant.qdq.InsertQuantizeDequantize;
import dev.tailgate.quant.score.AgreementScorer;
import dev.tailgate.quant.score.NanOutputs;
import dev.tailgate.quant.score.Scoreboard;
import dev.tailgate.quant.score.TaskScorer;
import dev.tailgate.stats.TapStatistics;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The float model, measured, and the quantized one on the same batches. */
final class Evaluation {
  private static final String FLOAT = "float";
  private static final String QUANTIZED = "quantized";

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
      Optional<Calibrated> quantization,
      DataSource data,
      RunnerOptions options,
      RunProgress progress) {
    Set<String> outputs = ReadableOutputs.of(model.graph()).names();
    TapReadings taps = TapReadings.of(model, plan.targets(), data.hasPadding(), plan.rowIsToken());
    List<Contestant> quantized =
        quantization
            .map(
                q ->
                    Contestant.of(
                        QUANTIZED,
                        InsertQuantizeDequantize.apply(model, q.quantizers()),
                        outputs,
                        options.with(RunnerOptions.Optimization.FLOAT_ONLY)))
            .stream()
            .toList();
    Scoreboard scores =
        new Scoreboard(
            ModelOutputs.of(model.graph()),
            data.task(),
            FLOAT,
            quantized.stream().map(Contestant::name).toList());
    NanOutputs nan = new NanOutputs();
    NanOutputs quantizedNan = new NanOutputs();
    DataHash hash = new DataHash();
    IntSummaryStatistics lengths = new IntSummaryStatistics();
    SampleProgress samples = new SampleProgress("evaluating", data, progress);
    try (Contest contest =
        Contest.open(
            Contestant.measured(FLOAT, taps, outputs, options), data::batches, Keep.NOTHING)) {
      contest.run(
          quantized,
          round -> {
            hash.accept(round.batch());
            lengths.accept(sequenceLength(round.batch()));
          },
          scores,
          round -> nan.accept(round.batch(), round.of(FLOAT)),
          round ->
              quantized.forEach(
                  other -> quantizedNan.accept(round.batch(), round.of(other.name()))),
          samples);
    }
    return new Outcome(
        taps.statistics(),
        scores.task(FLOAT),
        quantization.map(q -> scores.task(QUANTIZED)),
        quantization.map(q -> scores.agreement(QUANTIZED)),
        nan.found(),
        quantizedNan.found(),
        samples.samples(),
        lengths.getMin(),
        Math.max(0, lengths.getMax()),
        hash.hex());
  }

  private static int sequenceLength(Batch batch) {
    return batch.inputs().values().stream()
        .filter(t -> !t.type().isFloat() && t.rank() == 2)
        .mapToInt(t -> (int) t.dim(1))
        .max()
        .orElse(0);
  }
}
