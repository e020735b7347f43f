package dev.tailgate.quant.plan;

import dev.tailgate.data.DataSource;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.quant.measure.ShapeProbe;
import java.util.function.Function;

/**
 * What the parameters of a plan are found on. A remedy sees no more of the data than this either:
 * what it does is judged on other samples.
 *
 * @param calibration opens the calibration samples for a model with the user's inputs
 * @param options where and how models run, for floats
 * @param progress hears what is being done
 * @param shapes shows activations on the first batch of these samples, which it reads once
 */
public record CalibrationContext(
    Function<OnnxModel, DataSource> calibration,
    RunnerOptions options,
    RunProgress progress,
    ShapeProbe shapes) {
  /** With a probe of its own. */
  public CalibrationContext(
      Function<OnnxModel, DataSource> calibration, RunnerOptions options, RunProgress progress) {
    this(calibration, options, progress, ShapeProbe.on(calibration, options));
  }
}
