package dev.tailgate.quant.placement;

import dev.tailgate.data.Batch;
import dev.tailgate.data.DataRequest;
import dev.tailgate.data.DataSource;
import dev.tailgate.data.ReferenceModel;
import dev.tailgate.data.open.DataSources;
import dev.tailgate.engine.KernelProfile;
import dev.tailgate.engine.RunnerOptions.Optimization;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.layer.ModelMap;
import dev.tailgate.onnx.tap.TokenLayout;
import dev.tailgate.quant.calibrate.RangeEstimator;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.quant.measure.ShapeProbe;
import dev.tailgate.quant.plan.Calibrated;
import dev.tailgate.quant.plan.CalibrationContext;
import dev.tailgate.quant.plan.Plan;
import dev.tailgate.quant.plan.QuantizationSettings;
import dev.tailgate.quant.scheme.QuantScheme;
import dev.tailgate.quant.weights.WeightRange;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An export quantized by a placement with minmax ranges of its own data. */
record PlacedExport(
    OnnxModel model, PlacementPlan plan, Calibrated quantization, OnnxModel qdq, Batch batch) {

  static PlacedExport of(Path file, Placement placement, PlacementRequest request) {
    OnnxModel model = OnnxModel.load(file);
    Path data = file.resolveSibling(file.getFileName().toString().replace(".onnx", ".npz"));
    DataRequest wanted =
        Files.exists(data)
            ? new DataRequest(Optional.of(data), Optional.empty(), 2, 2, 16, 1)
            : DataRequest.synthetic(2, 2, 8, 7);
    DataSource source = DataSources.open(model, wanted);
    Plan plan =
        Plan.of(
            ModelMap.of(model),
            new QuantizationSettings(
                QuantScheme.parse("w8a8"),
                placement,
                request,
                List.of(new RangeEstimator.MinMax()),
                new WeightRange.MinMax(),
                1,
                false,
                QuantizationSettings.Limits.NONE,
                List.of()));
    Calibrated quantization =
        Calibrated.of(
            plan,
            points(plan, source),
            new CalibrationContext(any -> source, ReferenceModel.CPU, RunProgress.SILENT));
    return new PlacedExport(
        model, plan.placed(), quantization, quantization.simulated(), source.batches().next());
  }

  /** Ranges are taken over padding too: which positions are padding is not the question here. */
  private static List<QuantPoint.Activation> points(Plan plan, DataSource source) {
    return plan.probe(ShapeProbe.on(any -> source, ReferenceModel.CPU)).stream()
        .map(
            point ->
                new QuantPoint.Activation(
                    point.tensor(),
                    point.role(),
                    point.layer(),
                    point.type(),
                    point.rank(),
                    new TokenLayout.None(),
                    point.uses()))
        .toList();
  }

  /** The kernels a deployed model runs. */
  Map<String, Integer> kernels() {
    return KernelProfile.of(qdq, batch.inputs(), ReferenceModel.CPU.with(Optimization.FULL));
  }
}
