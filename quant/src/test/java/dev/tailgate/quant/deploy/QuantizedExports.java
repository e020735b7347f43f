package dev.tailgate.quant.deploy;

import dev.tailgate.onnx.attention.AttentionFinder;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.role.TapFinder;
import dev.tailgate.quant.calibrate.RangeEstimator;
import dev.tailgate.quant.data.DataRequest;
import dev.tailgate.quant.data.DataSource;
import dev.tailgate.quant.data.open.Samples;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.quant.measure.ShapeProbe;
import dev.tailgate.quant.qdq.Placement;
import dev.tailgate.quant.qdq.PlacementPlan;
import dev.tailgate.quant.qdq.PlacementRequest;
import dev.tailgate.quant.quantize.QuantPoints;
import dev.tailgate.quant.quantize.Quantization;
import dev.tailgate.quant.quantize.QuantizationSettings;
import dev.tailgate.quant.quantize.Quantizations;
import dev.tailgate.quant.quantize.WeightRange;
import dev.tailgate.quant.runtime.ExecutionProvider;
import dev.tailgate.quant.runtime.RunnerOptions;
import dev.tailgate.quant.scheme.QuantScheme;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Exports of real architectures in the test resources, and quantizations of them. */
final class QuantizedExports {
  static final RunnerOptions CPU =
      new RunnerOptions(ExecutionProvider.CPU, 1, RunnerOptions.Optimization.FLOAT_ONLY);

  private QuantizedExports() {}

  static Path file(String name) {
    try {
      return Path.of(
          Objects.requireNonNull(
                  QuantizedExports.class.getResource("/dev/tailgate/quant/exports/" + name))
              .toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
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

  /** A quantization and the model whose nodes its points name. */
  record Quantized(OnnxModel model, Quantization quantization) {}

  static Quantized quantized(String name, String scheme, Placement placement) {
    OnnxModel model = OnnxModel.load(file(name));
    DataSource data = samples(name).open(model);
    PlacementPlan plan = placement.plan(model, TapFinder.find(model, AttentionFinder.find(model)));
    return new Quantized(
        model,
        Quantizations.make(
                model,
                plan,
                QuantPoints.of(plan, ShapeProbe.probe(model, QuantPoints.tensors(plan), CPU)),
                settings(scheme, placement),
                () -> data,
                CPU,
                RunProgress.SILENT)
            .get(0));
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
