package dev.tailgate.heal.remedy.scale;

import dev.tailgate.data.Batch;
import dev.tailgate.data.DataRequest;
import dev.tailgate.data.ReferenceModel;
import dev.tailgate.data.open.DataSources;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.layer.ModelMap;
import dev.tailgate.onnx.remedy.scale.ScaledInput;
import dev.tailgate.onnx.remedy.scale.ScaledInputs;
import dev.tailgate.quant.calibrate.RangeEstimator;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.quant.placement.Placement;
import dev.tailgate.quant.placement.PlacementRequest;
import dev.tailgate.quant.plan.CalibrationContext;
import dev.tailgate.quant.plan.Plan;
import dev.tailgate.quant.plan.QuantizationSettings;
import dev.tailgate.quant.scheme.QuantScheme;
import dev.tailgate.quant.weights.WeightRange;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;

/** What the tests of this package try remedies on. */
final class Trials {
  private Trials() {}

  /** Two batches of made-up samples, or those of a file. */
  static DataRequest request(Optional<Path> data) {
    return new DataRequest(data, Optional.empty(), 8, 4, 16, 3);
  }

  static CalibrationContext context(Optional<Path> data) {
    return new CalibrationContext(
        model -> DataSources.open(model, request(data)), ReferenceModel.CPU, RunProgress.SILENT);
  }

  static Plan candidate(OnnxModel model, Placement placement) {
    return Plan.of(
        ModelMap.of(model),
        new QuantizationSettings(
            QuantScheme.parse("w8a8"),
            placement,
            PlacementRequest.DEFAULT,
            List.of(new RangeEstimator.MinMax()),
            new WeightRange.MinMax(),
            2,
            false,
            QuantizationSettings.Limits.NONE,
            List.of()));
  }

  /** Scales between about a tenth and ten for every channel there is. */
  static Map<String, double[]> scales(OnnxModel model) {
    Random random = new Random(5);
    Map<String, double[]> scales = new LinkedHashMap<>();
    for (ScaledInput input : ScaledInputs.of(ModelMap.of(model))) {
      double[] s = new double[input.width()];
      for (int j = 0; j < s.length; j++) {
        s[j] = Math.exp(random.nextGaussian());
      }
      scales.put(input.tensor(), s);
    }
    return scales;
  }

  /** The largest difference of outputs, of the largest output. */
  static double difference(OnnxModel expected, OnnxModel found, Optional<Path> data) {
    return differences(expected, List.of(found), data).get(0);
  }

  /** The same for several models. */
  static List<Double> differences(OnnxModel expected, List<OnnxModel> found, Optional<Path> data) {
    Batch batch = DataSources.open(expected, request(data)).batches().next();
    Map<String, Tensor> outputs = run(expected, batch);
    return found.stream().map(model -> difference(outputs, run(model, batch))).toList();
  }

  private static double difference(Map<String, Tensor> expected, Map<String, Tensor> found) {
    double top = 0;
    double worst = 0;
    for (Map.Entry<String, Tensor> entry : expected.entrySet()) {
      if (!entry.getValue().type().isFloat() || entry.getValue().elementCount() == 0) {
        continue;
      }
      float[] x = Elements.toFloats(entry.getValue());
      float[] y = Elements.toFloats(Objects.requireNonNull(found.get(entry.getKey())));
      for (int i = 0; i < x.length; i++) {
        // Masked logits are the lowest float there is.
        if (Math.abs(x[i]) < 1e30) {
          top = Math.max(top, Math.abs(x[i]));
          worst = Math.max(worst, Math.abs((double) x[i] - y[i]));
        }
      }
    }
    return worst / top;
  }

  private static Map<String, Tensor> run(OnnxModel model, Batch batch) {
    try (ModelRunner runner = ModelRunner.open(model, ReferenceModel.CPU)) {
      return runner.run(batch.inputs(), model.graph().outputNames());
    }
  }
}
