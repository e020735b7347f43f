package dev.tailgate.run.heal;

import dev.tailgate.data.DataRequest;
import dev.tailgate.data.DataSpec;
import dev.tailgate.data.ReferenceModel;
import dev.tailgate.data.open.Samples;
import dev.tailgate.heal.precision.ExceptionSearch;
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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The built-in decoder that 8 bits hurt most, with its data. */
public record OptFamily(Path file, OnnxModel model, Samples samples) {

  /** Unpacks the model into {@code folder}. */
  public static OptFamily unpack(Path folder, int samples) throws IOException {
    Files.createDirectories(folder);
    Path file = ReferenceModel.unpack("opt", "vanilla-1.onnx", folder);
    Path heldOut = ReferenceModel.unpack("opt", "heldout.npz", folder);
    Path calibration = ReferenceModel.unpack("opt", "calibration.npz", folder);
    DataRequest request =
        new DataRequest(Optional.of(heldOut), Optional.empty(), samples, 8, 32, 0);
    return new OptFamily(
        file, OnnxModel.load(file), new Samples(request, Optional.of(DataSpec.of(calibration))));
  }

  /** The last residual sum, which the final norm reads. */
  public String lastSum() {
    return model.graph().nodes().stream()
        .filter(node -> node.inputs().contains("final_norm.weight"))
        .findFirst()
        .orElseThrow()
        .inputs()
        .get(0);
  }

  /** The output of the last feed-forward, which is added there. */
  public String lastFeedForward() {
    return model.graph().producer(lastSum()).orElseThrow().inputs().get(1);
  }

  /** The matrix product behind it. */
  public String lastProduct() {
    return model.graph().producer(lastFeedForward()).orElseThrow().inputs().get(0);
  }

  /** As an audit quantizes, on few batches. */
  public static QuantizationSettings settings(String scheme, Placement placement) {
    return new QuantizationSettings(
        QuantScheme.parse(scheme),
        placement,
        PlacementRequest.DEFAULT,
        List.of(new RangeEstimator.MinMax()),
        new WeightRange.MinMax(),
        4,
        false,
        QuantizationSettings.Limits.NONE,
        List.of());
  }

  /** Calibrating on the family's calibration data. */
  public CalibrationContext context() {
    return new CalibrationContext(
        any -> samples.openCalibrationBatches(model, 4), ReferenceModel.CPU, RunProgress.SILENT);
  }

  /** The model with its grids. */
  public Calibrated calibrated(String scheme, Placement placement) {
    return Calibrated.of(Plan.of(ModelMap.of(model), settings(scheme, placement)), context());
  }

  /** A request that tries {@code treatment} and nothing else. */
  public HealRequest request(HealRequest.Treatment treatment) {
    return new HealRequest(
        file,
        Optional.empty(),
        "auto",
        samples,
        settings("w8a8", Placement.PAPERS),
        treatment,
        false,
        Optional.empty(),
        ExceptionSearch.Kinds.ALL,
        Optional.empty(),
        ReferenceModel.CPU,
        Optional.empty());
  }
}
