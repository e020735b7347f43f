package dev.tailgate.train.qat;

import dev.tailgate.data.DataSource;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.layer.ModelMap;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.quant.plan.Calibrated;
import dev.tailgate.quant.plan.CalibrationContext;
import dev.tailgate.quant.plan.Plan;
import dev.tailgate.quant.plan.QuantizationSettings;
import dev.tailgate.quant.plan.SomethingQuantized;
import java.util.function.Function;

/**
 * Which quantizers a model is trained through. Their grids are found once, before the first step,
 * as {@code quantize} finds them, and stay: weights learn to lie well on them.
 *
 * @param settings the scheme, where quantizers go, and how ranges are estimated
 * @param calibration opens the data for a model, which ranges of activations are from
 */
public record Quantizing(
    QuantizationSettings settings, Function<OnnxModel, DataSource> calibration) {
  /**
   * The quantizers of {@code model} with its weights as they are.
   *
   * @throws dev.tailgate.onnx.ir.ModelException where the settings quantize nothing of it
   */
  public Calibrated of(OnnxModel model, RunnerOptions options, RunProgress progress) {
    Calibrated calibrated =
        Calibrated.of(
            Plan.of(ModelMap.of(model), settings),
            new CalibrationContext(calibration, options, progress));
    SomethingQuantized.require(calibrated);
    return calibrated;
  }
}
