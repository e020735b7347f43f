package dev.tailgate.run.audit;

import dev.tailgate.data.Batch;
import dev.tailgate.data.DataSource;
import dev.tailgate.data.Task;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.input.ModelOutputs;
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
import dev.tailgate.quant.score.MetricScore;
import dev.tailgate.quant.score.NanOutputs;
import dev.tailgate.quant.score.Scoreboard;
import dev.tailgate.quant.score.TaskScorer;
import dev.tailgate.stats.TapStatistics;
import java.util.Arrays;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The float model, measured, and the quantized one on the same batches. A model that is quantized
 * already runs as the file has it, beside the form of it that is measured and, where that is given,
 * its float original.
 */
final class Evaluation {
  private static final String FLOAT = "float";
  private static final String QUANTIZED = "quantized";
  private static final String AUDITED = "audited";
  private static final String MEASURED = "measured";

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
   * @param reference what the model of {@code fp} is
   * @param measured how close the model that was measured is to that of the file, where they differ
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
      String dataSha256,
      String reference,
      Optional<String> measured) {}

  /**
   * Who runs.
   *
   * @param reference what scores are compared with
   * @param others who runs beside it
   * @param quantized name of the quantized model, where there is one to compare
   * @param file name of the model as the file has it, where another one is measured
   */
  private record Lineup(
      Contestant reference,
      List<Contestant> others,
      Optional<String> quantized,
      Optional<String> file) {}

  static Outcome run(
      AuditedModel audited,
      TapPlan plan,
      Optional<Calibrated> quantization,
      DataSource data,
      RunnerOptions options,
      RunProgress progress) {
    Set<String> outputs = audited.outputs();
    ModelOutputs compared = ModelOutputs.of(audited.file().graph());
    TapReadings taps =
        TapReadings.of(audited.map().model(), plan.targets(), data.hasPadding(), plan.rowIsToken());
    Lineup lineup =
        audited.runsAsStored()
            ? asStored(audited, Contestant.measured(MEASURED, taps, outputs, options), options)
            : simulated(
                audited, Contestant.measured(FLOAT, taps, outputs, options), quantization, options);
    String reference = lineup.reference().name();
    Scoreboard scores =
        new Scoreboard(compared, data.scoring(), reference, lineup.quantized().stream().toList());
    AgreementScorer measured = AgreementScorer.of(compared, Task.AGREEMENT);
    NanOutputs nan = new NanOutputs();
    NanOutputs quantizedNan = new NanOutputs();
    DataHash hash = new DataHash();
    IntSummaryStatistics lengths = new IntSummaryStatistics();
    SampleProgress samples = new SampleProgress("evaluating", data, progress);
    try (Contest contest = Contest.open(lineup.reference(), data::batches, Keep.NOTHING)) {
      contest.run(
          lineup.others(),
          round -> {
            hash.accept(round.batch());
            sequenceLengths(round.batch()).forEach(lengths);
          },
          scores,
          round -> nan.accept(round.batch(), round.reference()),
          round ->
              lineup
                  .quantized()
                  .ifPresent(name -> quantizedNan.accept(round.batch(), round.of(name))),
          round ->
              lineup
                  .file()
                  .ifPresent(
                      name -> measured.accept(round.batch(), round.of(name), round.of(MEASURED))),
          samples);
    }
    return new Outcome(
        taps.statistics(),
        scores.task(reference),
        lineup.quantized().map(scores::task),
        lineup.quantized().map(scores::agreement),
        nan.found(),
        quantizedNan.found(),
        samples.samples(),
        lengths.getMin(),
        Math.max(0, lengths.getMax()),
        hash.hex(),
        reference,
        lineup
            .file()
            .map(name -> measured.scores().get(0))
            .filter(sqnr -> !Double.isInfinite(sqnr.value()))
            .map(Evaluation::closeness));
  }

  private static Lineup simulated(
      AuditedModel audited,
      Contestant measured,
      Optional<Calibrated> quantization,
      RunnerOptions options) {
    OnnxModel model = audited.map().model();
    Optional<Contestant> quantized =
        quantization.map(
            q ->
                Contestant.of(
                    QUANTIZED,
                    InsertQuantizeDequantize.apply(model, q.quantizers()),
                    audited.outputs(),
                    options.with(RunnerOptions.Optimization.FLOAT_ONLY)));
    return new Lineup(
        measured, quantized.stream().toList(), quantized.map(Contestant::name), Optional.empty());
  }

  private static Lineup asStored(AuditedModel audited, Contestant measured, RunnerOptions options) {
    boolean compared = audited.original().isPresent();
    String name = compared ? QUANTIZED : AUDITED;
    Contestant file =
        Contestant.of(
            name, audited.file(), audited.outputs(), options.with(RunnerOptions.Optimization.FULL));
    return compared
        ? new Lineup(
            Contestant.of(FLOAT, audited.original().get(), audited.outputs(), options),
            List.of(file, measured),
            Optional.of(name),
            Optional.of(name))
        : new Lineup(file, List.of(measured), Optional.empty(), Optional.of(name));
  }

  private static String closeness(MetricScore sqnr) {
    return String.format(
        Locale.ROOT,
        "Activations are measured with integer products computed in float between quantize and"
            + " dequantize nodes. The outputs then agree with those of the file at %.1f %s; what is"
            + " missing is rounding, and the saturation of 16-bit sums on processors without VNNI.",
        sqnr.value(),
        sqnr.unit());
  }

  /** Tokens of each sample, padding left out where the data tells it. */
  private static IntStream sequenceLengths(Batch batch) {
    int width =
        batch.inputs().values().stream()
            .filter(t -> !t.type().isFloat() && t.rank() == 2)
            .mapToInt(t -> (int) t.dim(1))
            .max()
            .orElse(0);
    if (batch.mask().isEmpty() || batch.mask().get().dim(-1) != width) {
      return IntStream.of(width);
    }
    long[] mask = batch.mask().get().toLongs();
    return IntStream.range(0, batch.samples())
        .map(
            s -> (int) Arrays.stream(mask, s * width, (s + 1) * width).filter(m -> m != 0).count());
  }
}
