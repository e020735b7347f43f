package dev.tailgate.quant.placement;

import dev.tailgate.data.Batch;
import dev.tailgate.data.DataRequest;
import dev.tailgate.data.DataSource;
import dev.tailgate.data.ReferenceModel;
import dev.tailgate.data.open.DataSources;
import dev.tailgate.engine.KernelProfile;
import dev.tailgate.engine.RunnerOptions.Optimization;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.role.TapMap;
import dev.tailgate.onnx.tap.TokenLayout;
import dev.tailgate.quant.calibrate.RangeEstimator;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.quant.measure.ShapeProbe;
import dev.tailgate.quant.plan.QuantPoints;
import dev.tailgate.quant.plan.Quantization;
import dev.tailgate.quant.plan.QuantizationSettings;
import dev.tailgate.quant.plan.Quantizations;
import dev.tailgate.quant.qdq.InsertQuantizeDequantize;
import dev.tailgate.quant.scheme.QuantScheme;
import dev.tailgate.quant.weights.WeightRange;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An export quantized by a placement with minmax ranges of its own data. */
record PlacedExport(
    OnnxModel model, PlacementPlan plan, Quantization quantization, OnnxModel qdq, Batch batch) {

  static PlacedExport of(Path file, Placement placement, PlacementRequest request) {
    OnnxModel model = OnnxModel.load(file);
    TapMap taps = ReferenceModel.taps(model);
    PlacementPlan plan = placement.plan(model, taps, request);
    Path data = file.resolveSibling(file.getFileName().toString().replace(".onnx", ".npz"));
    DataRequest wanted =
        Files.exists(data)
            ? new DataRequest(Optional.of(data), Optional.empty(), 2, 2, 16, 1)
            : DataRequest.synthetic(2, 2, 8, 7);
    DataSource source = DataSources.open(model, wanted);
    Quantization quantization =
        Quantizations.make(
                model,
                plan,
                points(model, plan),
                new QuantizationSettings(
                    QuantScheme.parse("w8a8"),
                    placement,
                    PlacementRequest.DEFAULT,
                    List.of(new RangeEstimator.MinMax()),
                    new WeightRange.MinMax(),
                    1,
                    false,
                    QuantizationSettings.Limits.NONE,
                    List.of()),
                () -> source,
                ReferenceModel.CPU,
                RunProgress.SILENT)
            .get(0);
    return new PlacedExport(
        model,
        plan,
        quantization,
        InsertQuantizeDequantize.apply(model, quantization.quantizers()),
        source.batches().next());
  }

  /** Ranges are taken over padding too: which positions are padding is not the question here. */
  private static List<QuantPoint.Activation> points(OnnxModel model, PlacementPlan plan) {
    return QuantPoints.of(
            plan, ShapeProbe.probe(model, QuantPoints.tensors(plan), ReferenceModel.CPU))
        .stream()
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
