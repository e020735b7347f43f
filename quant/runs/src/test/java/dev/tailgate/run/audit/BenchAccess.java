package dev.tailgate.run.audit;

import dev.tailgate.data.Batch;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.layer.ModelMap;
import dev.tailgate.onnx.role.Tap;
import dev.tailgate.onnx.role.TapMap;
import dev.tailgate.onnx.role.TapPreset;
import dev.tailgate.quant.calibrate.CalibrationSettings;
import dev.tailgate.quant.calibrate.RangeCalibrator;
import dev.tailgate.quant.calibrate.RangeEstimator;
import dev.tailgate.quant.measure.ShapeProbe;
import dev.tailgate.quant.measure.TapRun;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.plan.Plan;
import dev.tailgate.quant.plan.QuantizationSettings;
import dev.tailgate.quant.scheme.TensorScheme;
import java.util.List;
import java.util.Map;

/** Opens the stages of an audit one by one for benchmarks. */
public final class BenchAccess {
  private BenchAccess() {}

  @SuppressWarnings("MustBeClosedChecker") // open until the benchmark ends
  public static TapRun tapRun(
      OnnxModel model, TapMap taps, TapPreset preset, boolean perChannel, RunnerOptions options) {
    List<Tap> chosen = preset.select(taps);
    Map<String, ShapeProbe.Probed> shapes =
        ShapeProbe.probe(model, chosen.stream().map(Tap::tensor).toList(), options);
    TapPlan plan = TapPlan.of(preset, chosen, shapes);
    return TapRun.open(model, plan.targets(), false, plan.rowIsToken(), options);
  }

  /** Range estimation over one open session. */
  public record Ranging(RangeCalibrator.Session session, int points) implements AutoCloseable {
    public void accept(Batch batch) {
      session.accept(batch);
    }

    @Override
    public void close() {
      session.close();
    }
  }

  @SuppressWarnings("MustBeClosedChecker") // open until the benchmark ends
  public static Ranging ranging(
      ModelMap map, List<RangeEstimator> estimators, int samples, RunnerOptions options) {
    List<QuantPoint.Activation> points = Plan.of(map, QuantizationSettings.PAPERS).probe(options);
    RangeCalibrator calibrator =
        new RangeCalibrator(
            CalibrationSettings.of(estimators, false, TensorScheme.papersActivations(8)), options);
    return new Ranging(calibrator.open(map, points, Map.of(), false, samples), points.size());
  }
}
