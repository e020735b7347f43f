package dev.tailgate.quant.quantize;

import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.quant.calibrate.CalibrationResult;
import dev.tailgate.quant.calibrate.CalibrationSettings;
import dev.tailgate.quant.calibrate.RangeCalibrator;
import dev.tailgate.quant.data.DataSource;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.quant.qdq.PlacementPlan;
import dev.tailgate.quant.qdq.QuantPoint;
import dev.tailgate.quant.qdq.Quantizer;
import dev.tailgate.quant.runtime.RunnerOptions;
import dev.tailgate.quant.scheme.GridRule;
import dev.tailgate.quant.scheme.TensorScheme;
import dev.tailgate.stats.Range;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Makes quantizations: grids of weights from their values, grids of activations from data. */
public final class Quantizations {
  private Quantizations() {}

  /**
   * One quantization for each range estimator of the settings, in their order; a scheme that needs
   * no calibration gives one.
   *
   * @param points activations to quantize
   * @param data calibration data, opened only where ranges are needed
   */
  public static List<Quantization> make(
      OnnxModel model,
      PlacementPlan plan,
      List<QuantPoint.Activation> points,
      QuantizationSettings settings,
      Supplier<DataSource> data,
      RunnerOptions options,
      RunProgress progress) {
    Map<QuantPoint, Quantizer> weights = new LinkedHashMap<>();
    List<WeightGrids.Note> notes = new ArrayList<>();
    settings
        .scheme()
        .weights()
        .ifPresent(
            scheme -> {
              WeightGrids found =
                  WeightGrids.of(model, plan.weights(), scheme, settings.weightRange());
              found.grids().forEach((point, grid) -> weights.put(point, new Quantizer.Fixed(grid)));
              notes.addAll(found.notes());
            });
    Optional<TensorScheme> activations = settings.scheme().activations();
    if (activations.isEmpty() || settings.scheme().isDynamic() || points.isEmpty()) {
      Map<QuantPoint, Quantizer> all = new LinkedHashMap<>(weights);
      activations.ifPresent(
          scheme -> points.forEach(point -> all.put(point, new Quantizer.PerToken(scheme))));
      return List.of(new Quantization(all, plan, settings, "none", 0, notes, List.of()));
    }
    CalibrationResult calibrated =
        new RangeCalibrator(
                CalibrationSettings.of(
                    settings.estimators(), settings.sequential(), activations.get()),
                options)
            .run(
                model,
                points,
                weights,
                data.get(),
                settings.calibrationBatches(),
                done -> progress.at("calibrating", done, settings.calibrationBatches()));
    List<Quantization> quantizations = new ArrayList<>();
    calibrated
        .ranges()
        .forEach(
            (estimator, ranges) -> {
              Map<QuantPoint, Quantizer> all = new LinkedHashMap<>(weights);
              ranges.forEach((point, range) -> all.put(point, grid(activations.get(), range)));
              quantizations.add(
                  new Quantization(
                      all,
                      plan,
                      settings,
                      estimator.label(),
                      calibrated.batches(),
                      notes,
                      calibrated.faults()));
            });
    return quantizations;
  }

  private static Quantizer grid(TensorScheme scheme, Range range) {
    return new Quantizer.Fixed(GridRule.grid(scheme, range).perTensor());
  }
}
