package dev.tailgate.engine.gradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.engine.InferredShapes;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Operator;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.fused.WrittenOut;
import dev.tailgate.onnx.gradient.Gradients;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.ModelException;
import dev.tailgate.onnx.ir.OnnxModel;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A fused operator written out gives what the runtime's own kernel gives, and can then be
 * differentiated.
 */
class WrittenOutTest {
  private static final String MICROSOFT = "com.microsoft";
  private static final int BATCH = 2;
  private static final int TOKENS = 5;
  private static final int WIDTH = 8;

  /** Of two float32 computations of values of size 1, in another order. */
  private static final double ROUNDING = 1e-5;

  private record Parts(GraphBuilder graph, Value x, Random random) {
    Value weights(double width, long... dims) {
      double[] values = random.doubles(Arrays.stream(dims).reduce(1, (a, b) -> a * b)).toArray();
      for (int i = 0; i < values.length; i++) {
        values[i] = width * (2 * values[i] - 1);
      }
      List<Long> shape = Arrays.stream(dims).boxed().toList();
      return graph.constant(ConstantTensor.ofReals("", ElementType.FLOAT, shape, values));
    }

    Value ids(long... values) {
      List<Long> shape = List.of((long) BATCH, (long) values.length / BATCH);
      return graph.constant(ConstantTensor.ofIntegers("", ElementType.INT32, shape, values));
    }

    Operator fused(String op, Value... inputs) {
      return graph.node(op, inputs).from(MICROSOFT);
    }
  }

  private static Arguments of(String name, long opset, Function<Parts, List<Value>> formula) {
    return Arguments.of(name, opset, formula);
  }

  private static Arguments one(String name, Function<Parts, Value> formula) {
    return of(name, 17, parts -> List.of(formula.apply(parts)));
  }

  static List<Arguments> gelus() {
    return List.of(
        one("Gelu", p -> p.fused("Gelu", p.x()).value()),
        one("BiasGelu", p -> p.fused("BiasGelu", p.x(), p.weights(1, WIDTH)).value()),
        one("FastGelu", p -> p.fused("FastGelu", p.x()).value()),
        one("FastGelu, bias", p -> p.fused("FastGelu", p.x(), p.weights(1, WIDTH)).value()),
        one("QuickGelu", p -> p.fused("QuickGelu", p.x()).with("alpha", 1.3f).value()));
  }

  static List<Arguments> norms() {
    return List.of(
        of("SkipLayerNormalization", 17, p -> skipLayer(p)),
        of("SkipLayerNormalization of opset 14", 14, p -> skipLayer(p)),
        of(
            "SkipSimplifiedLayerNormalization",
            17,
            p ->
                p.fused(
                        "SkipSimplifiedLayerNormalization",
                        p.x(),
                        p.weights(1, BATCH, TOKENS, WIDTH),
                        p.weights(1, WIDTH),
                        p.weights(1, WIDTH))
                    .named(List.of("normal", "", "", "sum"))),
        of(
            "EmbedLayerNormalization",
            17,
            p ->
                p.fused(
                        "EmbedLayerNormalization",
                        p.ids(3, 1, 4, 1, 5, 2, 6, 5, 3, 0),
                        p.ids(0, 0, 1, 1, 1, 0, 0, 0, 1, 1),
                        p.weights(1, 7, WIDTH),
                        p.weights(1, 9, WIDTH),
                        p.weights(1, 2, WIDTH),
                        p.weights(1, WIDTH),
                        p.weights(1, WIDTH),
                        p.ids(1, 1, 1, 0, 0, 1, 1, 1, 1, 0))
                    .values(2)),
        of(
            "EmbedLayerNormalization without mask and segments",
            17,
            p ->
                p.fused(
                        "EmbedLayerNormalization",
                        p.ids(3, 1, 4, 1, 5, 2, 6, 5, 3, 0),
                        p.graph().none(),
                        p.weights(1, 7, WIDTH),
                        p.weights(1, 9, WIDTH),
                        p.graph().none(),
                        p.weights(1, WIDTH),
                        p.weights(1, WIDTH))
                    .values(2)));
  }

  private static List<Value> skipLayer(Parts p) {
    return p.fused(
            "SkipLayerNormalization",
            p.x(),
            p.weights(1, BATCH, TOKENS, WIDTH),
            p.weights(1, WIDTH),
            p.weights(1, WIDTH),
            p.weights(1, WIDTH))
        .with("epsilon", 1e-3f)
        .named(List.of("normal", "", "", "sum"));
  }

  static List<Arguments> products() {
    return List.of(
        one(
            "FusedMatMul",
            p ->
                p.fused("FusedMatMul", p.x(), p.weights(1, BATCH, 3, WIDTH))
                    .with("transB", 1)
                    .with("alpha", 0.3f)
                    .value()),
        one(
            "FusedMatMul, left",
            p ->
                p.fused("FusedMatMul", p.x(), p.weights(1, BATCH, TOKENS, 3))
                    .with("transA", 1)
                    .value()));
  }

  static List<Arguments> rotary() {
    return List.of(
        one("RotaryEmbedding", p -> rotary(p, p.x(), 0)),
        one("RotaryEmbedding, interleaved", p -> rotary(p, p.x(), 1)),
        one(
            "RotaryEmbedding from a position",
            p ->
                p.fused(
                        "RotaryEmbedding",
                        p.x(),
                        p.graph().longs(2),
                        p.weights(1, 9, 2),
                        p.weights(1, 9, 2))
                    .value()),
        one(
            "RotaryEmbedding of heads",
            p -> rotary(p, p.x().reshape(0, 0, 2, 4).transpose(0, 2, 1, 3), 0)),
        of(
            "ai.onnx.RotaryEmbedding",
            23,
            p ->
                List.of(
                    p.graph()
                        .node(
                            "RotaryEmbedding",
                            p.x(),
                            p.weights(1, BATCH, TOKENS, 2),
                            p.weights(1, BATCH, TOKENS, 2))
                        .with("num_heads", 2)
                        .value())),
        of(
            "ai.onnx.RotaryEmbedding of a part",
            23,
            p ->
                List.of(
                    p.graph()
                        .node(
                            "RotaryEmbedding",
                            p.x().reshape(0, 0, 2, 4).transpose(0, 2, 1, 3),
                            p.weights(1, 9, 1),
                            p.weights(1, 9, 1),
                            p.ids(0, 1, 2, 3, 4, 2, 3, 4, 5, 6).cast(ElementType.INT64))
                        .with("rotary_embedding_dim", 2)
                        .with("interleaved", 1)
                        .value())));
  }

  private static Value rotary(Parts p, Value x, long interleaved) {
    return p.fused(
            "RotaryEmbedding",
            x,
            p.ids(0, 1, 2, 3, 4, 2, 3, 4, 5, 6).cast(ElementType.INT64),
            p.weights(1, 9, 2),
            p.weights(1, 9, 2))
        .with("interleaved", interleaved)
        .value();
  }

  static List<Arguments> attentions() {
    return List.of(
        one(
            "Attention",
            p ->
                p.fused(
                        "Attention",
                        p.x(),
                        p.weights(1, WIDTH, 3 * WIDTH),
                        p.weights(1, 3 * WIDTH),
                        p.ids(1, 1, 1, 0, 0, 1, 1, 1, 1, 0))
                    .with("num_heads", 2)
                    .value()),
        one(
            "MultiHeadAttention",
            p ->
                p.fused("MultiHeadAttention", p.x(), p.x(), p.x(), p.weights(1, 3 * WIDTH))
                    .with("num_heads", 2)
                    .value()),
        of(
            "ai.onnx.Attention",
            23,
            p ->
                List.of(
                    p.graph()
                        .node("Attention", p.x(), p.x(), p.x())
                        .with("q_num_heads", 4)
                        .with("kv_num_heads", 4)
                        .with("is_causal", 1)
                        .value())));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"gelus", "norms", "products", "rotary", "attentions"})
  void writtenOutIsWhatTheKernelGives(
      String name, long opset, Function<Parts, List<Value>> formula) {
    OnnxModel fused = model(opset, formula);
    OnnxModel plain = WrittenOut.of(fused);
    assertThat(plain.graph().nodes())
        .noneMatch(node -> node.domain().equals(MICROSOFT))
        .noneMatch(node -> node.is("Attention") || node.is("RotaryEmbedding"));
    assertThat(plain.graph().initializers().keySet())
        .containsAll(fused.graph().initializers().keySet());
    assertThat(plain.graph().outputNames()).isEqualTo(fused.graph().outputNames());
    Map<String, Tensor> feeds = feeds();
    Map<String, Tensor> expected = run(fused, feeds);
    Map<String, Tensor> found = run(plain, feeds);
    for (String output : fused.graph().outputNames()) {
      double[] one = GradientCheck.doubles(found.get(output));
      double[] other = GradientCheck.doubles(expected.get(output));
      assertThat(found.get(output).shape()).isEqualTo(expected.get(output).shape());
      for (int i = 0; i < one.length; i++) {
        double room = ROUNDING * Math.max(1, Math.abs(other[i]));
        assertThat(Math.abs(one[i] - other[i])).as("%s[%d]", output, i).isLessThan(room);
      }
    }
    if (opset >= 18) {
      differentiate(plain);
    }
  }

  private static void differentiate(OnnxModel plain) {
    GraphBuilder graph = GraphBuilder.on(plain);
    Value loss = graph.node("ReduceSum", graph.value("y0")).with("keepdims", 0).value();
    OnnxModel model = graph.output("loss", loss).model();
    Gradients.of(model, "loss", Set.of("x"), InferredShapes.of(model, GradientCheck.PLAIN));
  }

  private static OnnxModel model(long opset, Function<Parts, List<Value>> formula) {
    GraphBuilder graph = GraphBuilder.on(OnnxModel.blank(opset));
    graph.domain(MICROSOFT, 1);
    Value x = graph.input("x", ElementType.FLOAT, Dim.of("batch"), Dim.of("tokens"), Dim.of(WIDTH));
    List<Value> outputs = formula.apply(new Parts(graph, x, new Random(3)));
    for (int i = 0; i < outputs.size(); i++) {
      if (!outputs.get(i).name().isEmpty()) {
        boolean isCount = i == 1;
        ElementType type = isCount ? ElementType.INT32 : ElementType.FLOAT;
        graph.output("y" + i, outputs.get(i).of(type));
      }
    }
    return graph.model();
  }

  private static Map<String, Tensor> feeds() {
    Map<String, Tensor> feeds = new LinkedHashMap<>();
    Tensor tensor = Tensor.allocate(ElementType.FLOAT, BATCH, TOKENS, WIDTH);
    Elements.Writer writer = Elements.writer(tensor);
    Random random = new Random(9);
    for (int i = 0; i < tensor.elementCount(); i++) {
      writer.put(i, 2 * random.nextGaussian());
    }
    feeds.put("x", tensor);
    return feeds;
  }

  private static Map<String, Tensor> run(OnnxModel model, Map<String, Tensor> feeds) {
    try (ModelRunner runner = ModelRunner.open(model, GradientCheck.PLAIN)) {
      return runner.run(feeds, model.graph().outputNames());
    }
  }

  @Test
  void whatOrdinaryOperatorsDoNotStandForIsRefusedWithItsPlace() {
    OnnxModel packed =
        model(
            17,
            p ->
                List.of(
                    p.fused("FusedMatMul", p.x(), p.weights(1, BATCH, WIDTH, 3))
                        .with("transBatchA", 1)
                        .value()));
    assertThatThrownBy(() -> WrittenOut.of(packed))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("it moves axes of the batch")
        .hasMessageContaining("FusedMatMul");
  }

  @Test
  void aModelWithoutFusedOperatorsStaysItself() {
    OnnxModel plain = model(17, p -> List.of(p.x().relu()));
    assertThat(WrittenOut.of(plain)).isSameAs(plain);
  }
}
