package dev.tailgate.onnx.role;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.onnx.attention.AttentionFinder;
import dev.tailgate.onnx.attention.TestGraph;
import dev.tailgate.onnx.ir.OnnxModel;
import java.util.List;
import org.junit.jupiter.api.Test;

class TapFinderTest {
  private final TestGraph graph = TestGraph.opset(17);

  private static List<String> tensors(OnnxModel model) {
    return taps(model).taps().stream().map(Tap::tensor).toList();
  }

  private static TapMap taps(OnnxModel model) {
    return TapFinder.find(model, AttentionFinder.find(model));
  }

  @Test
  void leavesOutConstantsShapesMasksAndViews() {
    String ids = graph.ids("ids", -1, 5);
    String embedded = graph.node("Gather", graph.weight("table", 9, 8), ids);
    String mask = graph.node("Cast", graph.ids("mask", -1, 5));
    graph.with("to", 1);
    String fill = graph.node("Mul", mask, graph.constant(-10000));
    String folded = graph.node("Sqrt", graph.constant(4));
    String scaled = graph.node("Div", embedded, folded);
    String shape = graph.node("Shape", scaled);
    String view = graph.node("Reshape", graph.node("Identity", scaled), shape);
    String used = graph.node("Tanh", view);
    assertThat(tensors(graph.output(used, fill))).containsExactly(embedded, scaled, used);
  }

  @Test
  void namesSequenceViewOfAFlattenedGemm() {
    String x = graph.input("x", -1, 5, 8);
    String flat = graph.node("Reshape", x, graph.longs(-1, 8));
    String product = graph.node("Gemm", flat, graph.weight("w", 8, 8), graph.weight("b", 8));
    String back = graph.node("Reshape", product, graph.longs(-1, 5, 8));
    assertThat(tensors(graph.output(graph.node("Relu", back))))
        .contains(back)
        .doesNotContain(product);
  }

  @Test
  void findsNormWithGainFoldedIntoTheRoot() {
    String x = graph.node("Relu", graph.input("x", -1, 5, 8));
    String mean = mean(x);
    String deviation = graph.node("Sub", x, mean);
    String variance = mean(graph.node("Mul", deviation, deviation));
    String root = graph.node("Sqrt", graph.node("Add", variance, graph.constant(1e-6f)));
    String gain = graph.node("Mul", graph.node("Reciprocal", root), graph.weight("gain", 8));
    String shift = graph.node("Sub", graph.weight("bias", 8), graph.node("Mul", mean, gain));
    String norm = graph.node("Add", graph.node("Mul", x, gain), shift);
    assertThat(taps(graph.output(norm)).withRole(TapRole.LAYERNORM_OUT))
        .extracting(Tap::tensor)
        .containsExactly(norm);
  }

  @Test
  void doesNotTakeAStandardDeviationForANorm() {
    String x = graph.node("Relu", graph.input("x", -1, 5, 8));
    String root = graph.node("Sqrt", graph.node("Add", mean(x), graph.constant(1e-6f)));
    String scaled = graph.node("Div", x, root);
    assertThat(taps(graph.output(scaled)).withRole(TapRole.LAYERNORM_OUT)).isEmpty();
  }

  @Test
  void findsFusedNormsWithTheirSum() {
    String x = graph.node("Relu", graph.input("x", -1, 5, 8));
    String skip = graph.node("SkipLayerNormalization", x, x, graph.weight("gain", 8));
    graph.domain("com.microsoft");
    String rms = graph.node("SimplifiedLayerNormalization", skip, graph.weight("g2", 8));
    assertThat(taps(graph.output(rms)).withRole(TapRole.LAYERNORM_OUT))
        .extracting(Tap::tensor)
        .containsExactly(skip, rms);
  }

  @Test
  void doesNotTakeAPositionTableForABias() {
    String x = graph.input("x", -1, 5, 8);
    String product = graph.node("MatMul", x, graph.weight("w", 8, 8));
    String sum = graph.node("Add", product, graph.weight("positions", 1, 5, 8));
    TapMap taps = taps(graph.output(graph.node("Relu", sum)));
    assertThat(taps.withRole(TapRole.LINEAR_OUT)).extracting(Tap::tensor).containsExactly(product);
  }

  @Test
  void readsAModelWithoutAnyBlock() {
    String x = graph.input("x", -1, 8);
    String out = graph.node("Gemm", x, graph.weight("w", 8, 3));
    TapMap taps = taps(graph.output(graph.node("Softmax", out)));
    assertThat(taps.style()).isEqualTo(NormStyle.UNKNOWN);
    assertThat(taps.layers()).isZero();
    assertThat(taps.withRole(TapRole.LINEAR_OUT)).hasSize(1);
  }

  private String mean(String value) {
    String mean = graph.node("ReduceMean", value);
    graph.withInts("axes", -1L);
    return mean;
  }
}
