package dev.tailgate.run.quantize;

import dev.tailgate.data.Batch;
import dev.tailgate.data.DataSource;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.input.ModelOutputs;
import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.quant.score.AgreementScorer;
import dev.tailgate.quant.score.Score;
import dev.tailgate.quant.score.TaskScorer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The float model, the written model simulated, and the written model as it is deployed, on the
 * same batches. The simulation runs its quantize and dequantize nodes as written; deployed, ONNX
 * Runtime fuses them into integer kernels. What one says of the other is the difference of the two.
 *
 * @param task task metric of float, simulated and deployed model; empty for data without labels
 * @param simulatedAgreement of the simulation's outputs with the float model's
 * @param deployedAgreement of the deployed model's outputs with the float model's
 * @param fusionAgreement of the deployed model's outputs with the simulation's
 * @param largestDifference of any output value between simulation and deployed model
 * @param largestOutput largest magnitude of any output value of the simulation
 * @param floatSeconds median time of a batch
 * @param deployedSeconds likewise; the three models take turns, the first batch is left out
 * @param samples that were run
 * @param data what they are
 * @param synthetic whether they were made up
 */
public record FusedComparison(
    List<List<Score>> task,
    List<Score> simulatedAgreement,
    List<Score> deployedAgreement,
    List<Score> fusionAgreement,
    double largestDifference,
    double largestOutput,
    double floatSeconds,
    double deployedSeconds,
    long samples,
    String data,
    boolean synthetic) {

  /** Runs the three models over all of {@code data}. */
  static FusedComparison run(
      OnnxModel original,
      OnnxModel simulation,
      OnnxModel written,
      DataSource data,
      RunnerOptions options,
      RunProgress progress) {
    ModelOutputs primary = ModelOutputs.of(original.graph());
    Runs runs = new Runs(data, primary);
    Set<String> outputs = original.graph().outputNames();
    try (ModelRunner fp = ModelRunner.open(original, options);
        ModelRunner simulated = ModelRunner.open(simulation, options);
        ModelRunner deployed =
            ModelRunner.open(written, options.with(RunnerOptions.Optimization.FULL))) {
      Iterator<Batch> batches = data.batches();
      long samples = 0;
      while (batches.hasNext()) {
        Batch batch = batches.next();
        runs.accept(
            batch,
            timed(fp, batch, outputs),
            timed(simulated, batch, outputs),
            timed(deployed, batch, outputs));
        samples += batch.samples();
        progress.at("comparing", samples, data.samples());
      }
      return runs.result(samples, data);
    }
  }

  private record Timed(Map<String, Tensor> outputs, double seconds) {}

  private static Timed timed(ModelRunner runner, Batch batch, Set<String> outputs) {
    long start = System.nanoTime();
    Map<String, Tensor> result = runner.run(batch.inputs(), outputs);
    return new Timed(result, (System.nanoTime() - start) / 1e9);
  }

  /** Sums over batches. */
  private static final class Runs {
    private final List<TaskScorer> task = new ArrayList<>();
    private final List<AgreementScorer> agreement = new ArrayList<>();
    private final List<Double> floatSeconds = new ArrayList<>();
    private final List<Double> deployedSeconds = new ArrayList<>();
    private double difference;
    private double largest;

    Runs(DataSource data, ModelOutputs primary) {
      for (int i = 0; i < 3; i++) {
        task.add(TaskScorer.of(data.task(), primary));
        agreement.add(AgreementScorer.of(primary, data.task()));
      }
    }

    void accept(Batch batch, Timed fp, Timed simulated, Timed deployed) {
      task.get(0).accept(batch, fp.outputs());
      task.get(1).accept(batch, simulated.outputs());
      task.get(2).accept(batch, deployed.outputs());
      agreement.get(0).accept(batch, fp.outputs(), simulated.outputs());
      agreement.get(1).accept(batch, fp.outputs(), deployed.outputs());
      agreement.get(2).accept(batch, simulated.outputs(), deployed.outputs());
      floatSeconds.add(fp.seconds());
      deployedSeconds.add(deployed.seconds());
      simulated
          .outputs()
          .forEach(
              (name, tensor) -> {
                if (tensor.type().isFloat()) {
                  differ(Elements.toFloats(tensor), deployed.outputs().get(name));
                }
              });
    }

    private void differ(float[] expected, @Nullable Tensor test) {
      if (test == null) {
        return;
      }
      float[] actual = Elements.toFloats(test);
      for (int i = 0; i < Math.min(expected.length, actual.length); i++) {
        difference = Math.max(difference, Math.abs((double) expected[i] - actual[i]));
        largest = Math.max(largest, Math.abs(expected[i]));
      }
    }

    FusedComparison result(long samples, DataSource data) {
      return new FusedComparison(
          task.stream().map(TaskScorer::scores).toList(),
          agreement.get(0).scores(),
          agreement.get(1).scores(),
          agreement.get(2).scores(),
          difference,
          largest,
          median(floatSeconds),
          median(deployedSeconds),
          samples,
          data.description(),
          data.synthetic());
    }

    /** The first run of a session allocates and packs. */
    private static double median(List<Double> seconds) {
      List<Double> later = seconds.size() > 1 ? seconds.subList(1, seconds.size()) : seconds;
      List<Double> sorted = later.stream().sorted().toList();
      return sorted.isEmpty() ? Double.NaN : sorted.get(sorted.size() / 2);
    }
  }
}
