package dev.tailgate.run.quantize;

import dev.tailgate.data.DataRequest;
import dev.tailgate.data.DataSource;
import dev.tailgate.data.open.Samples;
import dev.tailgate.engine.ExecutionProvider;
import dev.tailgate.engine.RunnerOptions;
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
import dev.tailgate.quant.weights.WeightRange;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Exports of real architectures in the test resources, and quantizations of them. */
final class QuantizedExports {
  static final RunnerOptions CPU =
      new RunnerOptions(ExecutionProvider.CPU, 1, RunnerOptions.Optimization.FLOAT_ONLY);

  private QuantizedExports() {}

  static Path file(String name) {
    return Path.of("../../testdata/exports").resolve(name);
  }

  static Samples samples(String name) {
    Path data = file(name.replace(".onnx", ".npz"));
    return new Samples(new DataRequest(Optional.of(data), Optional.empty(), 2, 1, 16, 1));
  }

  static QuantizationSettings settings(String scheme, Placement placement) {
    return new QuantizationSettings(
        QuantScheme.parse(scheme),
        placement,
        PlacementRequest.DEFAULT,
        List.of(new RangeEstimator.MinMax()),
        new WeightRange.MinMax(),
        2,
        false,
        QuantizationSettings.Limits.NONE,
        List.of());
  }

  static Calibrated quantized(String name, String scheme, Placement placement) {
    OnnxModel model = OnnxModel.load(file(name));
    DataSource data = samples(name).open(model);
    return Calibrated.of(
        Plan.of(ModelMap.of(model), settings(scheme, placement)),
        new CalibrationContext(any -> data, CPU, RunProgress.SILENT));
  }

  static QuantizeRequest request(String name, Path out, QuantizationSettings settings) {
    return new QuantizeRequest(
        file(name),
        out,
        settings,
        QuantizeRequest.OutputForm.QDQ,
        Optional.empty(),
        Optional.empty(),
        samples(name),
        CPU);
  }

  static QuantizeRequest withForm(QuantizeRequest request, QuantizeRequest.OutputForm form) {
    return new QuantizeRequest(
        request.model(),
        request.out(),
        request.settings(),
        form,
        request.encodings(),
        request.export(),
        request.samples(),
        request.options());
  }
}
