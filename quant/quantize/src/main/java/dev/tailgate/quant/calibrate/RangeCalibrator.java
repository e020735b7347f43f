package dev.tailgate.quant.calibrate;

import dev.tailgate.data.DataSource;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.onnx.layer.ModelMap;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.placement.Quantizer;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;

/**
 * Estimates the ranges of activations over calibration batches, by all estimators at once.
 *
 * <p>NaN, infinities and the constants of masks are left out of every range and reported. Ranges by
 * {@code minmax}, {@code percentile}, {@code mse} and {@code entropy} do not depend on how samples
 * are batched, as long as calibration is not sequential and the runtime computes a sample alike in
 * any batch.
 */
public final class RangeCalibrator {
  private final CalibrationSettings settings;
  private final RunnerOptions options;

  /** With {@code options} for the model's sessions. */
  public RangeCalibrator(CalibrationSettings settings, RunnerOptions options) {
    this.settings = settings;
    this.options = options;
  }

  /**
   * Runs up to {@code batches} batches.
   *
   * @param map of the float model
   * @param weights grids of the weights; empty leaves weights float
   * @param progress hears the number of finished batches; begins again with each pass
   * @return by each estimator a range for each point, in the order given
   * @throws CalibrationException when a point has no value to make a range of, or a memory limit
   *     cannot be kept
   */
  public CalibrationResult run(
      ModelMap map,
      List<QuantPoint.Activation> points,
      Map<QuantPoint, Quantizer> weights,
      DataSource data,
      int batches,
      LongConsumer progress) {
    CalibrationRun.Work work = new CalibrationRun.Work(map, points, weights, data, batches);
    return new CalibrationRun(settings, options, work, progress).run();
  }
}
