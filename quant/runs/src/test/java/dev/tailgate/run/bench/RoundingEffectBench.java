package dev.tailgate.run.bench;

import dev.tailgate.data.Batch;
import dev.tailgate.data.DataRequest;
import dev.tailgate.data.DataSource;
import dev.tailgate.data.open.DataSources;
import dev.tailgate.engine.ExecutionProvider;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.input.ModelOutputs;
import dev.tailgate.heal.remedy.Remedy;
import dev.tailgate.heal.remedy.Treated;
import dev.tailgate.heal.remedy.rounding.AdaRoundRemedy;
import dev.tailgate.heal.remedy.rounding.BiasRemedy;
import dev.tailgate.heal.remedy.rounding.ClipRemedy;
import dev.tailgate.heal.remedy.rounding.GptqRemedy;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.layer.ModelMap;
import dev.tailgate.quant.calibrate.RangeEstimator;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.quant.placement.Placement;
import dev.tailgate.quant.placement.PlacementRequest;
import dev.tailgate.quant.plan.Calibrated;
import dev.tailgate.quant.plan.CalibrationContext;
import dev.tailgate.quant.plan.Plan;
import dev.tailgate.quant.plan.QuantizationSettings;
import dev.tailgate.quant.scheme.QuantScheme;
import dev.tailgate.quant.score.TaskScorer;
import dev.tailgate.quant.weights.WeightRange;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The task metric of a model in float, quantized, and quantized after each remedy of rounding:
 * arguments MODEL HELDOUT CALIBRATION SAMPLES WEIGHT_RANGE SCHEME...
 */
public final class RoundingEffectBench {
  private static final int BATCH = 8;
  private static final int LENGTH = 32;
  private static final int CALIBRATION_BATCHES = 16;
  private static final RunnerOptions CPU =
      new RunnerOptions(ExecutionProvider.CPU, 1, RunnerOptions.Optimization.FLOAT_ONLY);

  private final OnnxModel model;
  private final Path heldOut;
  private final CalibrationContext context;
  private final int samples;

  private RoundingEffectBench(Path model, Path heldOut, Path calibration, int samples) {
    this.model = OnnxModel.load(model);
    this.heldOut = heldOut;
    this.samples = samples;
    this.context =
        new CalibrationContext(
            m -> open(m, calibration, CALIBRATION_BATCHES * BATCH), CPU, RunProgress.SILENT);
  }

  private static DataSource open(OnnxModel model, Path data, int samples) {
    return DataSources.open(
        model, new DataRequest(Optional.of(data), Optional.empty(), samples, BATCH, LENGTH, 0));
  }

  public static void main(String[] args) {
    RoundingEffectBench bench =
        new RoundingEffectBench(
            Path.of(args[0]), Path.of(args[1]), Path.of(args[2]), Integer.parseInt(args[3]));
    System.out.printf(Locale.ROOT, "%s%nfloat      %.4f%n", args[0], bench.score(bench.model));
    for (int i = 5; i < args.length; i++) {
      bench.compare(args[i], WeightRange.parse(args[4]));
    }
  }

  private void compare(String scheme, WeightRange range) {
    QuantizationSettings settings =
        new QuantizationSettings(
            QuantScheme.parse(scheme),
            Placement.PAPERS,
            PlacementRequest.DEFAULT,
            List.of(new RangeEstimator.MinMax()),
            range,
            CALIBRATION_BATCHES,
            false,
            QuantizationSettings.Limits.NONE,
            List.of());
    Plan candidate = Plan.of(ModelMap.of(model), settings);
    report(scheme, "nearest", new Treated(candidate, List.of(), List.of()), 0);
    List<List<Remedy>> chains =
        List.of(
            List.of(new GptqRemedy()),
            List.of(new AdaRoundRemedy()),
            List.of(new BiasRemedy()),
            List.of(new GptqRemedy(), new BiasRemedy()),
            List.of(new ClipRemedy()),
            List.of(new ClipRemedy(), new AdaRoundRemedy(), new BiasRemedy()));
    for (List<Remedy> chain : chains) {
      long start = System.nanoTime();
      Treated treated = new Treated(candidate, List.of(), List.of());
      for (Remedy remedy : chain) {
        treated = remedy.apply(treated.plan(), context);
      }
      report(
          scheme,
          String.join(" ", chain.stream().map(Remedy::id).toList()),
          treated,
          (System.nanoTime() - start) / 1e9);
    }
  }

  private void report(String scheme, String name, Treated treated, double seconds) {
    System.out.printf(
        Locale.ROOT,
        "%s %-20s %.4f   (%.1f s, %d applied, %d refused)%n",
        scheme,
        name,
        score(Calibrated.of(treated.plan(), context).simulated()),
        seconds,
        treated.applied().size(),
        treated.refused().size());
  }

  private double score(OnnxModel scored) {
    DataSource data = open(model, heldOut, samples);
    TaskScorer scorer = TaskScorer.of(data.task(), ModelOutputs.of(model.graph()));
    try (ModelRunner runner = ModelRunner.open(scored, CPU)) {
      Iterator<Batch> batches = data.batches();
      while (batches.hasNext()) {
        Batch batch = batches.next();
        scorer.accept(batch, runner.run(batch.inputs(), model.graph().outputNames()));
      }
    }
    return scorer.scores().get(0).value();
  }
}
