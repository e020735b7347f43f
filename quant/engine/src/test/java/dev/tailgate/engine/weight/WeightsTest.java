package dev.tailgate.engine.weight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.engine.ExecutionProvider;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.training.PreparedForTraining;
import dev.tailgate.onnx.weight.TiedCopy;
import dev.tailgate.onnx.weight.UnaliasedWeights;
import dev.tailgate.onnx.weight.Weight;
import dev.tailgate.onnx.weight.WeightRole;
import dev.tailgate.onnx.weight.Weights;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Which constants are weights, and which of them are one. */
class WeightsTest {
  private static final RunnerOptions CPU =
      new RunnerOptions(ExecutionProvider.CPU, 1, RunnerOptions.Optimization.NONE);
  private static final int WIDTH = 4;

  private final GraphBuilder g = GraphBuilder.on(OnnxModel.blank(17));
  private final Random random = new Random(3);

  private Value weight(String name, long... dims) {
    return g.constant(drawn(name, dims));
  }

  private ConstantTensor drawn(String name, long... dims) {
    long count = 1;
    for (long dim : dims) {
      count *= dim;
    }
    float[] values = new float[(int) count];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    List<Long> shape = Arrays.stream(dims).boxed().toList();
    return ConstantTensor.ofFloats(name, shape, values);
  }

  private Value given(String name, List<Long> dims, float... values) {
    return g.constant(ConstantTensor.ofFloats(name, dims, values));
  }

  private static Map<String, WeightRole> roles(OnnxModel model) {
    Map<String, WeightRole> roles = new TreeMap<>();
    Weights.of(model.graph()).values().forEach(weight -> roles.put(weight.name(), weight.role()));
    return roles;
  }

  private static Value normal(Value x) {
    Value centred = x.minus(x.mean(-1));
    return centred.over(centred.times(centred).mean(-1).plus(1e-5).sqrt());
  }

  private static Map<String, Tensor> run(OnnxModel model, Map<String, Tensor> feeds) {
    try (ModelRunner runner = ModelRunner.open(model, CPU)) {
      return runner.run(feeds, model.graph().outputNames());
    }
  }

  private static Map<String, Tensor> floats(String name, long... shape) {
    int count = 1;
    for (long dim : shape) {
      count *= (int) dim;
    }
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (i * 7 % 11 - 5) / 4f;
    }
    return Map.of(name, Tensor.ofFloats(values, shape));
  }

  @Test
  void weightsAreToldFromOtherConstantsByWhatTheyMeet() {
    Value ids = g.input("ids", ElementType.INT64, 2, 3);
    Value tokens = weight("table", 9, WIDTH).gather(0, ids).of(ElementType.FLOAT);
    Value places = weight("positions", 5, WIDTH).slice(0, 0, 3);
    Value x = normal(tokens.plus(places)).times(weight("gain", WIDTH)).plus(weight("shift", WIDTH));
    // Angles: frequencies meet positions, which are integers; tables of their cosines turn queries.
    Value at = g.constant(ConstantTensor.ofLongs("at", List.of(3L, 1L), 0, 1, 2));
    Value angles =
        at.cast(ElementType.FLOAT).times(given("frequencies", List.of(1L, 4L), 1, 1, .1f, .1f));
    Value q = x.matMul(weight("query", WIDTH, WIDTH)).times(angles.op("Cos").of(ElementType.FLOAT));
    Value turned =
        q.times(
            given(
                "cosines", List.of(3L, 4L), 1, 1, 1, 1, .5f, .9f, .5f, .9f, -.4f, .8f, -.4f, .8f));
    Value scores = turned.matMul(x.transpose(0, 2, 1)).times(given("scale", List.of(1L), 0.5f));
    Value hidden = given("causal", List.of(3L, 3L), 0, -1e9f, -1e9f, 0, 0, -1e9f, 0, 0, 0);
    Value probabilities = scores.plus(hidden).plus(weight("distances", 3, 3)).softmax(-1);
    Value context = probabilities.matMul(x.plus(0.5));
    Value token = weight("class", 1, 1, WIDTH).expand(g.longs(2, 1, WIDTH));
    Value all = g.concat(1, token, context);
    Value head = all.matMul(weight("head", WIDTH, 1)).plus(weight("offset", 1));
    assertThat(roles(g.output("y", head).model()))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "table", WeightRole.EMBEDDING,
                "positions", WeightRole.EMBEDDING,
                "gain", WeightRole.NORM,
                "shift", WeightRole.BIAS,
                "query", WeightRole.MATRIX,
                "distances", WeightRole.EMBEDDING,
                "class", WeightRole.EMBEDDING,
                "head", WeightRole.MATRIX,
                "offset", WeightRole.BIAS));
  }

  /** Scores {@code [2, heads, 3, 3]} with a column beside them that {@code sink} is expanded to. */
  private Value attended(Value scores, Value sink, long heads, boolean besideMask) {
    Value x = weight("value", 2, heads, 3, WIDTH);
    Value column = sink.expand(g.longs(2, heads, 3, 1));
    Value wide;
    if (besideMask) {
      Value mask = g.input("mask", ElementType.INT64, 2, heads, 3, 3).cast(ElementType.FLOAT);
      Value zeros =
          g.constant(
              ConstantTensor.ofFloats(
                  "none", List.of(2L, heads, 3L, 1L), new float[(int) (6 * heads)]));
      wide = g.concat(3, zeros, scores).plus(g.concat(3, column, mask));
    } else {
      wide = g.concat(3, scores, column);
    }
    return wide.softmax(-1).slice(3, 0, 3).matMul(x);
  }

  private Map<String, WeightRole> sinks(Value sink, long heads, boolean besideMask) {
    Value q = g.input("x", ElementType.FLOAT, 2, heads, 3, WIDTH).matMul(weight("query", 4, 3));
    return roles(g.output("y", attended(q, sink, heads, besideMask)).model());
  }

  @Test
  void sinksOfHeadsAreTrainedFromZero() {
    assertThat(sinks(given("sink", List.of(1L, 2L, 1L, 1L), 0, 0), 2, false))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "query", WeightRole.MATRIX, "sink", WeightRole.BIAS, "value", WeightRole.MATRIX));
  }

  @Test
  void sinksBesideAMaskAreTrainedAndTheKeyOfZerosIsNot() {
    assertThat(sinks(given("sink", List.of(1L, 2L, 1L, 1L), 0, 0), 2, true))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "query", WeightRole.MATRIX, "sink", WeightRole.BIAS, "value", WeightRole.MATRIX));
  }

  @Test
  void theZeroOfSoftmaxOneIsNoWeight() {
    assertThat(sinks(given("sink", List.of(1L, 1L, 1L, 1L), 0), 2, false))
        .containsOnlyKeys("query", "value");
  }

  @Test
  void theOneSinkOfAHeadThatHasBeenTrainedIsAWeight() {
    assertThat(sinks(given("sink", List.of(1L, 1L, 1L, 1L), -1.5f), 1, false))
        .containsEntry("sink", WeightRole.BIAS);
  }

  /** Sums of products with one row a head, where a head reads its own part of the tokens. */
  @Test
  void gatesThatStartAtZeroAreWeights() {
    Value x = g.input("x", ElementType.FLOAT, 6, WIDTH).matMul(weight("inner", WIDTH, WIDTH));
    Value gate = given("gate", List.of(1L, 4L), 0, 0, 0, 0);
    Value table = given("gates", List.of(2L, 4L), 0, 0, 0, 0, 0, 0, 0, 0);
    Value one = x.times(gate).op("ReduceSum", g.longs(1)).of(ElementType.FLOAT);
    Value two =
        x.op("Reshape", g.longs(3, 2, 4))
            .of(ElementType.FLOAT)
            .times(table)
            .op("ReduceSum", g.longs(2))
            .of(ElementType.FLOAT);
    Value y = one.plus(given("shift", List.of(1L, 1L), 0)).op("Sigmoid");
    Value z = two.plus(given("shifts", List.of(2L, 1L), 0, 0)).op("Sigmoid");
    assertThat(roles(g.output("y", y).output("z", z).model()))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "inner", WeightRole.MATRIX,
                "gate", WeightRole.NORM,
                "gates", WeightRole.NORM,
                "shift", WeightRole.BIAS,
                "shifts", WeightRole.BIAS));
  }

  /** As the first attention of a decoder that begins with learned vectors has it. */
  @Test
  void gatesOfLearnedVectorsAreWeights() {
    Value x = weight("queries", 6, WIDTH).op("Expand", g.longs(2, 6, WIDTH));
    Value read = x.of(ElementType.FLOAT).matMul(weight("inner", WIDTH, WIDTH));
    Value table = given("gates", List.of(2L, 4L), 0, 0, 0, 0, 0, 0, 0, 0);
    Value sums =
        x.op("Reshape", g.longs(2, 6, 2, 4))
            .of(ElementType.FLOAT)
            .times(table)
            .op("ReduceSum", g.longs(3))
            .of(ElementType.FLOAT);
    Value gate = sums.plus(given("shifts", List.of(2L, 1L), 0, 0)).op("Sigmoid");
    assertThat(roles(g.output("y", read).output("gate", gate).model()))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "queries", WeightRole.EMBEDDING,
                "inner", WeightRole.MATRIX,
                "gates", WeightRole.NORM,
                "shifts", WeightRole.BIAS));
  }

  @Test
  void theScaleOfAPictureIsNone() {
    Value pixels = g.input("pixels", ElementType.FLOAT, 1, 3, 4, 4);
    Value mean = given("mean", List.of(1L, 3L, 1L, 1L), .4f, .5f, .6f);
    Value deviation = given("deviation", List.of(1L, 3L, 1L, 1L), .2f, .3f, .4f);
    Value filters = weight("filters", 2, 3, 2, 2);
    Value y = pixels.minus(mean).times(deviation).op("Conv", filters, weight("bias", 2));
    assertThat(roles(g.output("y", y).model()))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("filters", WeightRole.MATRIX, "bias", WeightRole.BIAS));
  }

  private Value layer(Value x, Value w, Value b, Value gain) {
    return normal(x.matMul(w).plus(b).plus(x)).times(gain);
  }

  /** As PyTorch's TorchScript exporter writes parameters that are equal. */
  @Test
  void aliasesBehindIdentityBecomeInitialisersOfTheirNames() {
    Value x = g.input("x", ElementType.FLOAT, 2, WIDTH);
    Value gain = given("first.gain", List.of(4L), 1, 1, 1, 1);
    Value bias = given("first.bias", List.of(4L), 0, 0, 0, 0);
    Value second = gain.op("Identity").as("second.gain");
    Value other = bias.op("Identity").as("second.bias");
    Value y = layer(x, weight("w0", 4, 4), bias, gain);
    OnnxModel model = g.output("y", layer(y, weight("w1", 4, 4), other, second)).model();
    OnnxModel apart = UnaliasedWeights.apply(model);
    assertThat(roles(apart).keySet())
        .containsExactly("first.bias", "first.gain", "second.bias", "second.gain", "w0", "w1");
    assertThat(run(apart, floats("x", 2, 4))).isEqualTo(run(model, floats("x", 2, 4)));
    assertThat(UnaliasedWeights.apply(apart)).isSameAs(apart);
  }

  /** As the newer exporter writes them: all nodes read the one. */
  @Test
  void oneVectorThatSeveralLayersReadBecomesOneEach() {
    Value x = g.input("x", ElementType.FLOAT, 2, WIDTH);
    Value gain = given("gain", List.of(4L), 1, 1, 1, 1);
    Value bias = given("bias", List.of(4L), 0, 0, 0, 0);
    Value y = layer(x, weight("w0", 4, 4), bias, gain);
    OnnxModel model = g.output("y", layer(y, weight("w1", 4, 4), bias, gain)).model();
    OnnxModel apart = UnaliasedWeights.apply(model);
    assertThat(Weights.of(apart.graph())).hasSize(6);
    assertThat(Weights.of(apart.graph()).values())
        .filteredOn(Weight::isVector)
        .hasSize(4)
        .allSatisfy(weight -> assertThat(weight.uses()).hasSize(1));
    assertThat(run(apart, floats("x", 2, 4))).isEqualTo(run(model, floats("x", 2, 4)));
  }

  /** Layers that share their matrices share their vectors too, and only within one place. */
  @Test
  void layersThatAreOneStayOne() {
    Value x = g.input("x", ElementType.FLOAT, 2, WIDTH);
    Value ones = given("ones", List.of(4L), 1, 1, 1, 1);
    Value bias = weight("bias", WIDTH);
    Value inner = weight("inner", 4, 4);
    Value outer = weight("outer", 4, 4);
    Value y = x;
    for (int i = 0; i < 3; i++) {
      y = layer(layer(y, inner, bias, ones), outer, bias, ones);
    }
    OnnxModel apart = UnaliasedWeights.apply(g.output("y", y).model());
    assertThat(Weights.of(apart.graph()).values())
        .filteredOn(Weight::isVector)
        .hasSize(4)
        .allSatisfy(weight -> assertThat(weight.uses()).hasSize(3));
  }

  @Test
  void aHeadThatIsTheTableTurnedOverFollowsIt() {
    ConstantTensor table = drawn("table", 9, 4);
    double[] elements = table.toDoubles(36);
    float[] turned = new float[36];
    for (int i = 0; i < 36; i++) {
      turned[i % 4 * 9 + i / 4] = (float) elements[i];
    }
    Value ids = g.input("ids", ElementType.INT64, 2, 3);
    Value x = g.constant(table).gather(0, ids).of(ElementType.FLOAT).matMul(weight("w", 4, 4));
    Value head = given("head", List.of(4L, 9L), turned);
    Value other = weight("other", 4, 9);
    OnnxModel model = g.output("y", x.matMul(head)).output("z", x.matMul(other)).model();
    PreparedForTraining prepared = PreparedForTraining.of(model);
    assertThat(prepared.copies()).containsExactly(new TiedCopy("table", "head"));
    assertThat(roles(prepared.trained()).keySet()).containsExactly("other", "table", "w");
    Map<String, Tensor> feeds = Map.of("ids", Tensor.ofLongs(new long[] {0, 8, 3, 3, 2, 1}, 2, 3));
    assertThat(run(prepared.trained(), feeds)).isEqualTo(run(model, feeds));
    ConstantTensor trained = drawn("table", 9, 4);
    OnnxModel saved = prepared.with(Map.of("table", trained));
    double[] written = saved.graph().initializers().get("head").toDoubles(36);
    double[] given = trained.toDoubles(36);
    for (int i = 0; i < 36; i++) {
      assertThat(written[i % 4 * 9 + i / 4]).isEqualTo(given[i]);
    }
  }
}
