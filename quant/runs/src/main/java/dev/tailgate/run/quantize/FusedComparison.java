package dev.tailgate.run.quantize;

import dev.tailgate.data.DataSource;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.input.ModelOutputs;
import dev.tailgate.engine.input.ReadableOutputs;
import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.quant.contest.BatchTimes;
import dev.tailgate.quant.contest.Contest;
import dev.tailgate.quant.contest.Contestant;
import dev.tailgate.quant.contest.Keep;
import dev.tailgate.quant.contest.SampleProgress;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.quant.score.AgreementScorer;
import dev.tailgate.quant.score.MetricScore;
import dev.tailgate.quant.score.Scoreboard;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The float model, the written model simulated, and the written model as it is deployed, on the
 * same batches. The simulation runs its quantize and dequantize nodes as written; deployed, ONNX
 * Runtime fuses them into integer kernels. What one says of the other is the difference of the two.
 *
 * @param task task metric of float, simulated and deployed model; empty for data without labels
 * @param simulatedAgreement of the simulation's outputs with the float model's
 * @param deployedAgreement of the deployed model's outputs with the float model's
 * @param fusionAgreement of the deployed model's outputs with the simulation's
 * @param largestDifference of any output value between simulation and deployed model; NaN where one
 *     is not finite in the deployed model alone
 * @param largestOutput largest finite magnitude of any output value of the simulation
 * @param floatSeconds median time of a batch
 * @param deployedSeconds likewise; the three models take turns, the first batch is left out
 * @param samples that were run
 * @param data what they are
 * @param synthetic whether they were made up
 * @param faults sentences about outputs that are not finite although the float model's are
 */
public record FusedComparison(
    List<List<MetricScore>> task,
    List<MetricScore> simulatedAgreement,
    List<MetricScore> deployedAgreement,
    List<MetricScore> fusionAgreement,
    double largestDifference,
    double largestOutput,
    double floatSeconds,
    double deployedSeconds,
    long samples,
    String data,
    boolean synthetic,
    List<String> faults) {

  private static final String FLOAT = "float";
  private static final String SIMULATED = "simulated";
  private static final String DEPLOYED = "deployed";

  /** Runs the three models over all of {@code data}. */
  static FusedComparison run(
      OnnxModel original,
      OnnxModel simulation,
      OnnxModel written,
      DataSource data,
      RunnerOptions options,
      RunProgress progress) {
    ModelOutputs primary = ModelOutputs.of(original.graph());
    Set<String> outputs = ReadableOutputs.of(original.graph()).names();
    RunnerOptions full = options.with(RunnerOptions.Optimization.FULL);
    Scoreboard scores =
        new Scoreboard(primary, data.scoring(), FLOAT, List.of(SIMULATED, DEPLOYED));
    AgreementScorer fusion = AgreementScorer.of(primary, data.scoring());
    LargestDifference difference = new LargestDifference();
    BatchTimes times = new BatchTimes();
    SampleProgress samples = new SampleProgress("comparing", data, progress);
    try (Contest contest =
        Contest.open(
            Contestant.of(FLOAT, original, outputs, options), data::batches, Keep.NOTHING)) {
      contest.run(
          List.of(
              Contestant.of(SIMULATED, simulation, outputs, options),
              Contestant.of(DEPLOYED, written, outputs, full)),
          scores,
          round -> fusion.accept(round.batch(), round.of(SIMULATED), round.of(DEPLOYED)),
          round -> difference.accept(round.of(SIMULATED), round.of(DEPLOYED)),
          times,
          samples);
    }
    return new FusedComparison(
        Stream.of(FLOAT, SIMULATED, DEPLOYED).map(name -> scores.task(name).scores()).toList(),
        scores.agreement(SIMULATED).scores(),
        scores.agreement(DEPLOYED).scores(),
        fusion.scores(),
        difference.difference,
        difference.largest,
        times.median(FLOAT),
        times.median(DEPLOYED),
        samples.samples() / data.task().group(),
        data.description(),
        data.synthetic(),
        Stream.of(SIMULATED, DEPLOYED)
            .flatMap(name -> scores.agreement(name).faults(name).stream())
            .toList());
  }

  /** Over all values of all outputs of a float type. */
  private static final class LargestDifference {
    private double difference;
    private double largest;

    void accept(Map<String, Tensor> expected, Map<String, Tensor> actual) {
      expected.forEach(
          (name, tensor) -> {
            Tensor test = actual.get(name);
            if (tensor.type().isFloat() && test != null) {
              accept(Elements.toFloats(tensor), Elements.toFloats(test));
            }
          });
    }

    private void accept(float[] expected, float[] actual) {
      for (int i = 0; i < Math.min(expected.length, actual.length); i++) {
        // Masked logits are infinite in both.
        if (Float.isFinite(expected[i])) {
          double d = Math.abs((double) expected[i] - actual[i]);
          difference = Math.max(difference, Double.isFinite(d) ? d : Double.NaN);
          largest = Math.max(largest, Math.abs(expected[i]));
        }
      }
    }
  }
}
