package dev.tailgate.heal.remedy;

import dev.tailgate.data.DataSource;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.quant.measure.RunProgress;
import java.util.function.Function;

/**
 * What a remedy may use. It sees calibration data only: what it does is judged on other samples.
 *
 * @param calibration opens the calibration samples for a model with the user's inputs
 * @param options where and how models run, for floats
 * @param progress hears what is being done
 */
public record RemedyContext(
    Function<OnnxModel, DataSource> calibration, RunnerOptions options, RunProgress progress) {}
