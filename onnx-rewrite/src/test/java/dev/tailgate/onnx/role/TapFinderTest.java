package dev.tailgate.onnx.role;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.kit.Models;
import dev.tailgate.onnx.kit.Weights;
import dev.tailgate.onnx.layer.ModelMap;
import java.util.List;
import org.junit.jupiter.api.Test;

class TapFinderTest {
  private final GraphBuilder graph = Models.opset(17);

  private static List<String> tensors(OnnxModel model) {
    return taps(model).taps().stream().map(Tap::tensor).toList();
  }

  private static TapMap taps(OnnxModel model) {
    return ModelMap.of(model).taps();
  }

  @Test
  void leavesOutConstantsShapesMasksAndViews() {
    Value ids = Models.ids(graph, "ids", -1, 5);
    Value embedded = Weights.ramp(graph, "table", 9, 8).op("Gather", ids);
    Value mask = Models.ids(graph, "mask", -1, 5).cast(ElementType.FLOAT);
    Value fill = mask.times(-10000);
    Value folded = Weights.constant(graph, 4).sqrt();
    Value scaled = embedded.over(folded);
    Value shape = scaled.shape();
    Value view = scaled.op("Identity").op("Reshape", shape);
    Value used = view.tanh();
    assertThat(tensors(Models.of(graph, used, fill)))
        .containsExactly(embedded.name(), scaled.name(), used.name());
  }

  @Test
  void namesSequenceViewOfAFlattenedGemm() {
    Value x = Models.floats(graph, "x", -1, 5, 8);
    Value flat = x.reshape(-1, 8);
    Value product = flat.op("Gemm", Weights.ramp(graph, "w", 8, 8), Weights.ramp(graph, "b", 8));
    Value back = product.reshape(-1, 5, 8);
    assertThat(tensors(Models.of(graph, back.relu())))
        .contains(back.name())
        .doesNotContain(product.name());
  }

  @Test
  void findsNormWithGainFoldedIntoTheRoot() {
    Value x = Models.floats(graph, "x", -1, 5, 8).relu();
    Value mean = mean(x);
    Value deviation = x.minus(mean);
    Value variance = mean(deviation.times(deviation));
    Value root = variance.plus(1e-6).sqrt();
    Value gain = root.op("Reciprocal").times(Weights.ramp(graph, "gain", 8));
    Value shift = Weights.ramp(graph, "bias", 8).minus(mean.times(gain));
    Value norm = x.times(gain).plus(shift);
    assertThat(taps(Models.of(graph, norm)).withRole(TapRole.LAYERNORM_OUT))
        .extracting(Tap::tensor)
        .containsExactly(norm.name());
  }

  @Test
  void doesNotTakeAStandardDeviationForANorm() {
    Value x = Models.floats(graph, "x", -1, 5, 8).relu();
    Value root = mean(x).plus(1e-6).sqrt();
    Value scaled = x.over(root);
    assertThat(taps(Models.of(graph, scaled)).withRole(TapRole.LAYERNORM_OUT)).isEmpty();
  }

  @Test
  void findsFusedNormsWithTheirSum() {
    Value x = Models.floats(graph, "x", -1, 5, 8).relu();
    Value skip =
        graph
            .node("SkipLayerNormalization", x, x, Weights.ramp(graph, "gain", 8))
            .from("com.microsoft")
            .value();
    Value rms = skip.op("SimplifiedLayerNormalization", Weights.ramp(graph, "g2", 8));
    assertThat(taps(Models.of(graph, rms)).withRole(TapRole.LAYERNORM_OUT))
        .extracting(Tap::tensor)
        .containsExactly(skip.name(), rms.name());
  }

  @Test
  void doesNotTakeAPositionTableForABias() {
    Value x = Models.floats(graph, "x", -1, 5, 8);
    Value product = x.matMul(Weights.ramp(graph, "w", 8, 8));
    Value sum = product.plus(Weights.ramp(graph, "positions", 1, 5, 8));
    TapMap taps = taps(Models.of(graph, sum.relu()));
    assertThat(taps.withRole(TapRole.LINEAR_OUT))
        .extracting(Tap::tensor)
        .containsExactly(product.name());
  }

  @Test
  void readsAModelWithoutAnyBlock() {
    Value x = Models.floats(graph, "x", -1, 8);
    Value out = x.op("Gemm", Weights.ramp(graph, "w", 8, 3));
    TapMap taps = taps(Models.of(graph, out.op("Softmax")));
    assertThat(taps.style()).isEqualTo(NormStyle.UNKNOWN);
    assertThat(taps.layers()).isZero();
    assertThat(taps.withRole(TapRole.LINEAR_OUT)).hasSize(1);
  }

  private static Value mean(Value value) {
    Value mean = value.mean(-1);
    return mean;
  }
}
