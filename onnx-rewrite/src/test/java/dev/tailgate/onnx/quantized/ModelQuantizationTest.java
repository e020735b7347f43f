package dev.tailgate.onnx.quantized;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.kit.Models;
import dev.tailgate.onnx.kit.Transformer;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelQuantizationTest {
  private static Value bytes(GraphBuilder g, String name, ElementType type, long... dims) {
    long count = 1;
    for (long dim : dims) {
      count *= dim;
    }
    ByteBuffer codes = ByteBuffer.allocate((int) count);
    List<Long> shape = Arrays.stream(dims).boxed().toList();
    return g.constant(ConstantTensor.of(name, type, shape, codes));
  }

  private static Value floats(GraphBuilder g, String name, float... values) {
    List<Long> dims = values.length == 1 ? List.of() : List.of((long) values.length);
    return g.constant(ConstantTensor.ofFloats(name, dims, values));
  }

  private static List<String> operators(OnnxModel model) {
    return model.graph().nodes().stream().map(OnnxNode::opType).toList();
  }

  /** As the dynamic quantizer of ONNX Runtime writes it; {@code perTensor} is one scale. */
  private static OnnxModel dynamic(boolean perTensor, boolean scalesApart) {
    GraphBuilder g = Models.opset(13);
    Value x = Models.floats(g, "x", -1, 4);
    List<Value> q = g.node("DynamicQuantizeLinear", x).values(3);
    Value w = bytes(g, "w", ElementType.INT8, 4, 2);
    Value zero = perTensor ? bytes(g, "z", ElementType.INT8) : bytes(g, "z", ElementType.INT8, 2);
    Value scale = perTensor ? floats(g, "s", 0.5f) : floats(g, "s", 0.5f, 0.25f);
    Value sums = g.node("MatMulInteger", q.get(0), w, q.get(2), zero).value();
    Value reals = g.node("Cast", sums).with("to", 1).value();
    Value y = scalesApart ? reals.times(q.get(1)).times(scale) : reals.times(q.get(1).times(scale));
    return g.output("y", y).model();
  }

  @ParameterizedTest
  @CsvSource({"true, true", "true, false", "false, true", "false, false"})
  void dynamicProductsAreToldByTheirScales(boolean perTensor, boolean scalesApart) {
    OnnxModel model = dynamic(perTensor, scalesApart);
    ModelQuantization found = ModelQuantization.of(model);
    assertThat(found.schemes())
        .containsExactly(
            "int8 dynamic: MatMulInteger in 1 of 1 products with weights; weights int8 per "
                + (perTensor ? "tensor" : "channel")
                + ", activations uint8 per tensor, found in every run");
    assertThat(found.isComplete()).isTrue();
    DequantizedForm form = DequantizedForm.of(model);
    assertThat(operators(form.model()))
        .contains("MatMul", "DequantizeLinear", "DynamicQuantizeLinear")
        .doesNotContain("MatMulInteger", "Cast");
    assertThat(form.model().graph().producer("y").orElseThrow().opType()).isEqualTo("MatMul");
  }

  @Test
  void anIntegerProductWhoseScaleIsNowhereIsNamedAllTheSame() {
    GraphBuilder g = Models.opset(13);
    List<Value> q = g.node("DynamicQuantizeLinear", Models.floats(g, "x", -1, 4)).values(3);
    Value w = bytes(g, "w", ElementType.INT8, 4, 2);
    OnnxModel model = g.output("y", g.node("MatMulInteger", q.get(0), w, q.get(2)).value()).model();
    assertThat(operators(DequantizedForm.of(model).model())).isEqualTo(operators(model));
    assertThat(ModelQuantization.of(model).schemes())
        .containsExactly(
            "int8 dynamic: MatMulInteger in 1 of 1 products with weights; weights int8,"
                + " activations uint8");
  }

  @Test
  void aProductOfCodesIsWrittenBetweenRoundedReals() {
    GraphBuilder g = Models.opset(13);
    Value scale = floats(g, "s", 0.1f);
    Value zero = bytes(g, "z", ElementType.UINT8);
    Value a = g.node("QuantizeLinear", Models.floats(g, "x", -1, 4), scale, zero).value();
    Value b = bytes(g, "w", ElementType.UINT8, 4, 2);
    Value product = g.node("QLinearMatMul", a, scale, zero, b, scale, zero, scale, zero).value();
    Value y = g.node("DequantizeLinear", product, scale, zero).value();
    OnnxModel model = g.output("y", y).model();
    ModelQuantization found = ModelQuantization.of(model);
    assertThat(found.products())
        .singleElement()
        .satisfies(
            p -> {
              assertThat(p.operator()).isEqualTo("QLinearMatMul");
              assertThat(p.kind()).isEqualTo(ProductForm.Kind.STATIC);
              assertThat(p.weights()).isEqualTo("uint8 per tensor");
              assertThat(p.activations()).isEqualTo("uint8 per tensor");
            });
    assertThat(operators(DequantizedForm.of(model).model()))
        .containsExactlyInAnyOrder(
            "QuantizeLinear",
            "DequantizeLinear",
            "DequantizeLinear",
            "MatMul",
            "QuantizeLinear",
            "DequantizeLinear");
  }

  @Test
  void narrowWeightsAreNamedByBlock() {
    GraphBuilder g = Models.opset(17);
    Value x = Models.floats(g, "x", -1, 32);
    Value w = bytes(g, "w", ElementType.UINT8, 8, 1, 16);
    Value scales = floats(g, "s", 1, 1, 1, 1, 1, 1, 1, 1);
    Value y =
        g.node("MatMulNBits", x, w, scales)
            .from(Models.MICROSOFT)
            .with("K", 32)
            .with("N", 8)
            .with("bits", 4)
            .with("block_size", 32)
            .value();
    assertThat(ModelQuantization.of(g.output("y", y).model()).schemes())
        .containsExactly(
            "int4 weights only: MatMulNBits in 1 of 1 products with weights; weights int4 per block"
                + " of 32");
  }

  @Test
  void aFloatModelHasNone() {
    OnnxModel model = Transformer.SMALL.encoder();
    assertThat(DequantizedForm.of(model).model()).isSameAs(model);
    assertThat(ModelQuantization.of(model).isQuantized()).isFalse();
    assertThat(ModelQuantization.of(model).schemes()).isEmpty();
  }

  private static Optional<Path> shared(String file) {
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      Path found = at.resolve("shared").resolve(file);
      if (Files.exists(found)) {
        return Optional.of(found);
      }
    }
    return Optional.empty();
  }

  @ParameterizedTest
  @CsvSource({
    "cases/already_quantized/model.onnx, 4, 4, 2, 2, STATIC",
    "data/models/quantized/matmul_integer_to_float.onnx, 2, 2, 1, 1, DYNAMIC",
    "data/models/quantized/conv_qdq_s8s8_perchannel.onnx, 1, 1, 0, 0, STATIC",
    "data/models/quantized/attention_past_state.onnx, 0, 0, 0, 3, FLOAT"
  })
  void productsOfOthersAreCounted(
      String file, int weighted, int allWeighted, int between, int allBetween, String kind) {
    Optional<Path> model = shared(file);
    assumeTrue(model.isPresent(), "no " + file + " beside the project");
    ModelQuantization found = ModelQuantization.of(OnnxModel.load(model.get()));
    assertThat(found.products().stream().filter(ProductForm::weighted)).hasSize(allWeighted);
    assertThat(found.products().stream().filter(p -> !p.weighted())).hasSize(allBetween);
    assertThat(
            found.products().stream()
                .filter(p -> p.weighted() && p.isQuantized())
                .map(p -> p.kind().name()))
        .hasSize(weighted)
        .allMatch(kind::equals);
    assertThat(found.products().stream().filter(p -> !p.weighted() && p.isQuantized()))
        .hasSize(between);
  }
}
