package dev.tailgate.run.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.data.Batch;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.GraphEdit;
import dev.tailgate.onnx.ir.ModelException;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.ValueInfo;
import dev.tailgate.quant.deploy.IntegerBias;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.quant.placement.Placement;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.placement.Quantizer;
import dev.tailgate.quant.plan.Calibrated;
import dev.tailgate.quant.plan.QuantizationSettings;
import dev.tailgate.quant.qdq.FakeQuant;
import dev.tailgate.quant.qdq.InsertQuantizeDequantize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantizeRunTest {
  @TempDir Path folder;

  private static Map<String, Tensor> run(OnnxModel model, Batch batch) {
    Set<String> outputs = new LinkedHashSet<>();
    model.graph().outputs().stream().map(ValueInfo::name).forEach(outputs::add);
    try (ModelRunner runner = ModelRunner.open(model, QuantizedExports.CPU)) {
      return runner.run(batch.inputs(), outputs);
    }
  }

  /** The simulation of an audit has float biases, as the papers do; otherwise they are the same. */
  private static OnnxModel fakeQuantWithIntegerBiases(
      OnnxModel model, Map<QuantPoint, Quantizer> quantizers) {
    GraphEdit edit = model.edit();
    Ops ops = new Ops(model, edit, "test");
    FakeQuant nodes = new FakeQuant(model, ops);
    quantizers.forEach(
        (point, quantizer) -> InsertQuantizeDequantize.insert(ops, nodes, point, quantizer));
    IntegerBias.apply(model, ops, quantizers);
    return edit.commit();
  }

  @ParameterizedTest
  @CsvSource({
    "bert-dynamo-sdpa-opset23.onnx, w8a8-per-channel",
    "llama-dynamo-sdpa-opset23.onnx, w8a8",
    "gpt_neox-script-eager.onnx, w6a6",
    "bert-dynamo-sdpa-opset23.onnx, w4a8",
    "llama-dynamo-sdpa-opset23.onnx, w8a16",
    "llama-dynamo-sdpa-opset23.onnx, w4a16",
    "llama-dynamo-sdpa-opset23.onnx, fp8-e4m3",
    "llama-dynamo-sdpa-opset23.onnx, fp8-e5m2"
  })
  void theWrittenModelSimulatedIsTheFakeQuantModelBitForBit(String name, String scheme) {
    Path out = folder.resolve("out.onnx");
    QuantizeOutcome outcome =
        QuantizeRun.run(
            QuantizedExports.request(
                name, out, QuantizedExports.settings(scheme, Placement.PAPERS)),
            RunProgress.SILENT);
    Calibrated quantization = QuantizedExports.quantized(name, scheme, Placement.PAPERS);
    OnnxModel model = quantization.model();
    assertThat(List.copyOf(quantization.quantizers().values()))
        .isEqualTo(List.copyOf(outcome.quantization().quantizers().values()));
    OnnxModel simulated = fakeQuantWithIntegerBiases(model, quantization.quantizers());
    Batch batch = QuantizedExports.samples(name).open(model).batches().next();
    Map<String, Tensor> expected = run(simulated, batch);
    Map<String, Tensor> actual = run(OnnxModel.load(out), batch);
    expected.forEach(
        (output, tensor) -> {
          if (tensor.type().isFloat()) {
            assertThat(Elements.toFloats(actual.get(output)))
                .as(output)
                .isEqualTo(Elements.toFloats(tensor));
          }
        });
  }

  @Test
  void weightsAreIntegersInTheFile() {
    Path out = folder.resolve("out.onnx");
    QuantizeOutcome outcome =
        QuantizeRun.run(
            QuantizedExports.request(
                "gpt_neox-script-eager.onnx",
                out,
                QuantizedExports.settings("w8a8", Placement.TRANSFORMER)),
            RunProgress.SILENT);
    OnnxModel written = OnnxModel.load(out);
    Set<String> weights = new LinkedHashSet<>();
    for (QuantPoint point : outcome.quantization().quantizers().keySet()) {
      if (point instanceof QuantPoint.Weight weight) {
        weights.add(weight.tensor());
      }
    }
    assertThat(weights).isNotEmpty();
    assertThat(written.graph().initializers().keySet()).doesNotContainAnyElementsOf(weights);
    long bytes =
        written.graph().initializers().values().stream()
            .filter(t -> t.type() == ElementType.INT8)
            .mapToLong(ConstantTensor::elementCount)
            .sum();
    assertThat(bytes).isGreaterThanOrEqualTo(outcome.sizes().quantizedWeights());
    assertThat(outcome.sizes().after()).isLessThan(outcome.sizes().before());
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert-dynamo-sdpa-opset23.onnx", "gpt2-script-eager-cache.onnx"})
  void integerOperatorsComputeWhatTheRuntimeFuses(String name) {
    Path qdq = folder.resolve("qdq.onnx");
    Path operators = folder.resolve("operators.onnx");
    QuantizeRequest request =
        QuantizedExports.request(
            name, qdq, QuantizedExports.settings("w8a8", Placement.TRANSFORMER));
    QuantizeRun.run(request, RunProgress.SILENT);
    QuantizeOutcome outcome =
        QuantizeRun.run(
            QuantizedExports.withForm(
                QuantizedExports.request(name, operators, request.settings()),
                QuantizeRequest.OutputForm.QOPERATOR),
            RunProgress.SILENT);
    assertThat(outcome.coverage().count(Coverage.Outcome.INTEGER)).isPositive();
    // The same kernels on the same codes; sums of floats around them may be ordered differently.
    assertThat(outcome.comparison().fusionAgreement().get(0).value()).isGreaterThan(30);
  }

  @Test
  void anOldOpsetIsRefusedForFusionAndServedByOperators() {
    String name = "bert-script-eager-opset9.onnx";
    QuantizationSettings settings = QuantizedExports.settings("w8a8", Placement.TRANSFORMER);
    Path out = folder.resolve("old.onnx");
    QuantizeRequest request = QuantizedExports.request(name, out, settings);
    assertThatThrownBy(() -> QuantizeRun.run(request, RunProgress.SILENT))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("opset 9")
        .hasMessageContaining("--form qoperator");
    assertThat(out).doesNotExist();
    QuantizeOutcome outcome =
        QuantizeRun.run(
            QuantizedExports.withForm(request, QuantizeRequest.OutputForm.QOPERATOR),
            RunProgress.SILENT);
    assertThat(outcome.coverage().count(Coverage.Outcome.INTEGER)).isPositive();
  }

  @Test
  void formatsWithoutAKernelAreRefusedAndNothingIsWritten() {
    Path out = folder.resolve("out.onnx");
    QuantizeRequest request =
        QuantizedExports.request(
            "llama-dynamo-sdpa-opset23.onnx",
            out,
            QuantizedExports.settings("fp4-e2m1", Placement.TRANSFORMER));
    assertThatThrownBy(() -> QuantizeRun.run(request, RunProgress.SILENT))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("fp4-e2m1")
        .hasMessageContaining("kernel");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void nothingIsLeftBesideTheModel() throws IOException {
    Path out = folder.resolve("out.onnx");
    QuantizeRun.run(
        QuantizedExports.request(
            "gpt_neox-script-eager.onnx",
            out,
            QuantizedExports.settings("w8a8", Placement.TRANSFORMER)),
        RunProgress.SILENT);
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> all = files.toList();
      assertThat(all).containsExactly(out);
    }
  }
}
