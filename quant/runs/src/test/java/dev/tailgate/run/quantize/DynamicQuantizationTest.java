package dev.tailgate.run.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tailgate.data.DataRequest;
import dev.tailgate.data.open.Samples;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.ModelException;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.kit.Models;
import dev.tailgate.onnx.layer.ModelMap;
import dev.tailgate.onnx.quantized.DequantizedForm;
import dev.tailgate.onnx.quantized.ModelQuantization;
import dev.tailgate.onnx.role.TapMap;
import dev.tailgate.onnx.role.TapRole;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.quant.placement.Placement;
import dev.tailgate.quant.plan.QuantizationSettings;
import dev.tailgate.quant.scheme.QuantScheme;
import dev.tailgate.quant.scheme.TensorScheme;
import dev.tailgate.result.QuantizationInfo;
import dev.tailgate.result.RunResult;
import dev.tailgate.run.audit.Audit;
import dev.tailgate.run.audit.AuditRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Weights of int7 keep every sum within the 16 bits of processors without VNNI. */
class DynamicQuantizationTest {
  private static final String BERT = "bert-dynamo-sdpa-opset23.onnx";
  private static final QuantScheme DYNAMIC =
      QuantScheme.parse("w8a8-dynamic")
          .with(Optional.of(TensorScheme.parse("int7:channel")), Optional.empty());
  private static final RunnerOptions DEPLOYED =
      QuantizedExports.CPU.with(RunnerOptions.Optimization.FULL);

  @TempDir Path folder;

  private static float[] normal(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static List<String> operators(OnnxModel model) {
    return model.graph().nodes().stream().map(OnnxNode::opType).toList();
  }

  private QuantizeOutcome quantize(Path model, Path out, Samples samples) {
    return QuantizeRun.run(
        QuantizeRequest.of(model, out)
            .with(QuantizationSettings.DEPLOYED.with(DYNAMIC))
            .with(samples)
            .with(QuantizedExports.CPU),
        RunProgress.SILENT);
  }

  private static final Samples MADE_UP =
      new Samples(new DataRequest(Optional.empty(), Optional.empty(), 2, 2, 8, 1));

  private static float[] run(OnnxModel model, RunnerOptions options, Tensor x) {
    try (ModelRunner runner = ModelRunner.open(model, options)) {
      return Elements.toFloats(runner.run(Map.of("x", x), Set.of("y")).get("y"));
    }
  }

  /** {@code y = round(x) round(w) + b}, by the definition of DynamicQuantizeLinear, in doubles. */
  private static double[] expected(float[] x, float[] w, float[] b, int inner, int outer) {
    double low = 0;
    double high = 0;
    for (float value : x) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    float scale = (float) (high - low) / 255f;
    double zero = Math.min(255, Math.max(0, Math.rint((float) (-low / scale))));
    double[] y = new double[x.length / inner * outer];
    for (int j = 0; j < outer; j++) {
      float largest = 0;
      for (int k = 0; k < inner; k++) {
        largest = Math.max(largest, Math.abs(w[k * outer + j]));
      }
      float step = largest / 63f;
      for (int i = 0; i < x.length / inner; i++) {
        double sum = 0;
        for (int k = 0; k < inner; k++) {
          double code = Math.min(255, Math.max(0, Math.rint(x[i * inner + k] / scale) + zero));
          double weight = Math.max(-64, Math.min(63, Math.rint(w[k * outer + j] / step)));
          sum += (code - zero) * weight;
        }
        y[i * outer + j] = sum * scale * step + b[j];
      }
    }
    return y;
  }

  @ParameterizedTest
  @ValueSource(strings = {"MatMul", "Gemm", "GemmTransposed"})
  void aProductComputesWhatTheDefinitionsSay(String form) {
    int inner = 24;
    int outer = 5;
    Random random = new Random(7);
    float[] w = normal(random, inner * outer);
    float[] b = normal(random, outer);
    float[] x = normal(random, 3 * inner);
    GraphBuilder g = Models.opset(13);
    Value input = Models.floats(g, "x", -1, inner);
    Value bias = g.constant(ConstantTensor.ofFloats("b", List.of((long) outer), b));
    Value y;
    if (form.equals("GemmTransposed")) {
      float[] turned = new float[w.length];
      for (int i = 0; i < w.length; i++) {
        turned[i % outer * inner + i / outer] = w[i];
      }
      Value weight =
          g.constant(ConstantTensor.ofFloats("w", List.of((long) outer, (long) inner), turned));
      y = g.node("Gemm", input, weight, bias).with("transB", 1).value();
    } else {
      Value weight =
          g.constant(ConstantTensor.ofFloats("w", List.of((long) inner, (long) outer), w));
      y =
          form.equals("Gemm")
              ? g.node("Gemm", input, weight, bias).value()
              : input.matMul(weight).plus(bias);
    }
    Path model = folder.resolve("m.onnx");
    g.output("y", y).model().save(model);
    Path out = folder.resolve("q.onnx");
    QuantizeOutcome outcome = quantize(model, out, MADE_UP);
    assertThat(outcome.coverage().count(Coverage.Outcome.INTEGER)).isEqualTo(1);
    OnnxModel written = OnnxModel.load(out);
    assertThat(operators(written))
        .contains("DynamicQuantizeLinear", "MatMulInteger")
        .doesNotContain("MatMul", "Gemm", "DequantizeLinear");
    Tensor batch = Tensor.ofFloats(x, 3, inner);
    double[] expected = expected(x, w, b, inner, outer);
    float[] deployed = run(written, DEPLOYED, batch);
    float[] simulated = run(outcome.quantization().simulated(), QuantizedExports.CPU, batch);
    float[] form2 = run(DequantizedForm.of(written).model(), QuantizedExports.CPU, batch);
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) deployed[i]).isCloseTo(expected[i], within(1e-4));
      assertThat((double) simulated[i]).isCloseTo(expected[i], within(1e-4));
      assertThat((double) form2[i]).isCloseTo(expected[i], within(1e-4));
    }
  }

  @Test
  void aConvolutionRunsInIntegers() {
    Random random = new Random(3);
    GraphBuilder g = Models.opset(13);
    Value input = Models.floats(g, "x", -1, 3, 6, 6);
    Value weight =
        g.constant(
            ConstantTensor.ofFloats("w", List.of(4L, 3L, 2L, 2L), normal(random, 4 * 3 * 4)));
    Value bias = g.constant(ConstantTensor.ofFloats("b", List.of(4L), normal(random, 4)));
    Value y = g.node("Conv", input, weight, bias).with("strides", new long[] {2, 2}).value().relu();
    Path model = folder.resolve("m.onnx");
    g.output("y", y).model().save(model);
    Path out = folder.resolve("q.onnx");
    QuantizeOutcome outcome = quantize(model, out, MADE_UP);
    OnnxModel written = OnnxModel.load(out);
    assertThat(operators(written)).contains("ConvInteger").doesNotContain("Conv");
    assertThat(outcome.coverage().count(Coverage.Outcome.INTEGER)).isEqualTo(1);
    Tensor batch = Tensor.ofFloats(normal(random, 2 * 3 * 36), 2, 3, 6, 6);
    float[] deployed = run(written, DEPLOYED, batch);
    float[] simulated = run(outcome.quantization().simulated(), QuantizedExports.CPU, batch);
    float[] original = run(OnnxModel.load(model), QuantizedExports.CPU, batch);
    for (int i = 0; i < simulated.length; i++) {
      assertThat(deployed[i]).isCloseTo(simulated[i], within(1e-4f));
    }
    assertThat(deployed).isNotEqualTo(original);
  }

  private static Map<String, Set<TapRole>> roles(TapMap taps) {
    Map<String, Set<TapRole>> roles = new TreeMap<>();
    taps.taps().stream()
        .filter(tap -> !tap.is(TapRole.OTHER))
        .forEach(tap -> roles.put(tap.tensor(), tap.roles()));
    return roles;
  }

  /** Products between activations are nodes of their own where no Attention holds them. */
  @ParameterizedTest
  @CsvSource({BERT + ", 0", "gpt2-script-eager-cache.onnx, 4"})
  void everyProductWithWeightsIsWrittenSoAndKeepsItsRoles(String name, int between) {
    Path out = folder.resolve("q.onnx");
    quantize(QuantizedExports.file(name), out, QuantizedExports.samples(name));
    OnnxModel model = OnnxModel.load(QuantizedExports.file(name));
    OnnxModel written = OnnxModel.load(out);
    ModelQuantization found = ModelQuantization.of(written);
    assertThat(found.isComplete()).isTrue();
    assertThat(found.name()).isEqualTo("int8 dynamic");
    assertThat(found.products().stream().filter(p -> !p.weighted()))
        .hasSize(between)
        .noneMatch(p -> p.isQuantized());
    assertThat(roles(ModelMap.of(DequantizedForm.of(written).model()).taps()))
        .isEqualTo(roles(ModelMap.of(model).taps()));
  }

  @Test
  void integerOperatorsKeepTheRolesOfTheFloatModelToo() {
    Path out = folder.resolve("q.onnx");
    QuantizeRun.run(
        QuantizedExports.withForm(
            QuantizedExports.request(
                BERT, out, QuantizedExports.settings("w8a8", Placement.TRANSFORMER)),
            QuantizeRequest.OutputForm.QOPERATOR),
        RunProgress.SILENT);
    OnnxModel written = OnnxModel.load(out);
    ModelQuantization found = ModelQuantization.of(written);
    assertThat(found.isComplete()).isTrue();
    assertThat(found.name()).isEqualTo("int8 static");
    assertThat(roles(ModelMap.of(DequantizedForm.of(written).model()).taps()))
        .isEqualTo(roles(ModelMap.of(OnnxModel.load(QuantizedExports.file(BERT))).taps()));
  }

  @Test
  void aQuantizedModelIsMeasuredAsItIsAndNotQuantizedAgain() {
    Path out = folder.resolve("q.onnx");
    Samples samples = QuantizedExports.samples(BERT);
    quantize(QuantizedExports.file(BERT), out, samples);
    assertThatThrownBy(() -> quantize(out, folder.resolve("again.onnx"), samples))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("is quantized already, int8 dynamic: MatMulInteger");
    assertThat(folder.resolve("again.onnx")).doesNotExist();
    AuditRequest request = AuditRequest.of(out).with(samples).with(QuantizedExports.CPU);
    RunResult alone = Audit.run(request);
    assertThat(alone.model().quantization().orElseThrow().complete()).isTrue();
    assertThat(alone.quantization().simulation()).isEqualTo(QuantizationInfo.AS_STORED);
    assertThat(alone.points()).isEmpty();
    assertThat(alone.task().quantized()).isEmpty();
    RunResult floats =
        Audit.run(
            AuditRequest.of(QuantizedExports.file(BERT))
                .with(samples)
                .with(QuantizedExports.CPU)
                .with(Optional.<QuantizationSettings>empty()));
    assertThat(alone.taps())
        .extracting(t -> t.tensor())
        .isEqualTo(floats.taps().stream().map(t -> t.tensor()).toList());
    RunResult compared = Audit.run(request.withOriginal(QuantizedExports.file(BERT)));
    assertThat(compared.quantization().scheme()).isEqualTo("int8 dynamic");
    assertThat(compared.task().agreement()).isNotEmpty();
    assertThat(compared.task().agreement("sqnr").orElseThrow().value()).isBetween(10.0, 60.0);
    assertThat(compared.headline()).isEqualTo(alone.headline());
  }

  @Test
  void anOriginalOfAnotherInterfaceIsRefused() {
    Path out = folder.resolve("q.onnx");
    quantize(QuantizedExports.file(BERT), out, QuantizedExports.samples(BERT));
    Path other = folder.resolve("other.onnx");
    Models.identity(13).save(other);
    AuditRequest request =
        AuditRequest.of(out)
            .with(QuantizedExports.samples(BERT))
            .with(QuantizedExports.CPU)
            .withOriginal(other);
    assertThatThrownBy(() -> Audit.run(request))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("comparing the model with its original")
        .hasMessageContaining("found inputs x");
  }
}
