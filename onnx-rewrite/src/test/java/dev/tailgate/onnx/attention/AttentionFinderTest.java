package dev.tailgate.onnx.attention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.kit.Models;
import dev.tailgate.onnx.kit.Weights;
import java.util.List;
import org.junit.jupiter.api.Test;

class AttentionFinderTest {
  private final GraphBuilder graph = Models.opset(17);
  private final Value x = Models.floats(graph, "x", -1, 5, 8);

  /** Projects {@code x} and splits it into two heads, {@code [B, 2, 5, 4]}; keys transposed. */
  private Value heads(String name, long... perm) {
    Value projected =
        x.matMul(Weights.ramp(graph, name, 8, 8)).plus(Weights.ramp(graph, name + "b", 8));
    Value split = projected.reshape(-1, 5, 2, 4);
    Value moved = split.transpose(perm);
    return moved;
  }

  private Value scores() {
    return heads("wq", 0L, 2L, 1L, 3L).matMul(heads("wk", 0L, 2L, 3L, 1L));
  }

  private Value softmax(Value scores) {
    Value probs = scores.softmax(-1);
    return probs;
  }

  private OnnxModel finish(Value probs) {
    Value context = probs.matMul(heads("wv", 0L, 2L, 1L, 3L));
    Value moved = context.transpose(0, 2, 1, 3);
    Value merged = moved.reshape(-1, 5, 8);
    return Models.of(graph, merged.matMul(Weights.ramp(graph, "wo", 8, 8)));
  }

  private static AttentionSite only(OnnxModel model) {
    AttentionReport report = AttentionFinder.find(model);
    assertThat(report.notSites()).isEmpty();
    assertThat(report.sites()).hasSize(1);
    return report.sites().get(0);
  }

  private static String refusal(OnnxModel model) {
    AttentionReport report = AttentionFinder.find(model);
    assertThat(report.sites()).isEmpty();
    assertThat(report.notSites()).hasSize(1);
    return report.notSites().get(0).reason();
  }

  @Test
  void findsScaledAndMaskedAttention() {
    Value product = scores();
    Value scaled = product.over(2);
    Value masked = scaled.plus(Models.floats(graph, "mask", -1, 1, 1, 5));
    Value probs = softmax(masked);
    OnnxModel model = finish(probs.op("Dropout"));
    AttentionSite site = only(model);
    assertThat(site.scores().scaled()).isEqualTo(scaled.name());
    assertThat(site.normalisation().scores()).isEqualTo(masked.name());
    assertThat(site.normalisation().probs()).isEqualTo(probs.name());
    assertThat(site.scores().mask()).contains("mask");
    assertThat(site.kind()).isEqualTo("self");
    assertThat(site.normaliser()).isEqualTo(Normaliser.SOFTMAX);
    assertThat(model.graph().producer(site.projections().query()).orElseThrow().input(1))
        .isEqualTo("wqb");
    assertThat(model.graph().producer(site.projections().key()).orElseThrow().input(1))
        .isEqualTo("wkb");
    assertThat(model.graph().producer(site.projections().value()).orElseThrow().input(1))
        .isEqualTo("wvb");
    assertThat(model.graph().producer(site.context().merged()).orElseThrow().opType())
        .isEqualTo("Reshape");
  }

  @Test
  void seesThroughQuantizerPairsAndNanGuard() {
    Value scale = Weights.constant(graph, 0.1f);
    Value probs = softmax(scores().op("QuantizeLinear", scale).op("DequantizeLinear", scale));
    Value guarded = probs.op("IsNaN").where(Weights.constant(graph, 0), probs);
    AttentionSite site = only(finish(guarded));
    assertThat(site.normalisation().probs()).isEqualTo(probs.name());
    assertThat(site.scores().scaled()).startsWith("MatMul");
    assertThat(site.scores().mask()).isEmpty();
  }

  @Test
  void doesNotTakeAMaskByMultiplicationForAScale() {
    Value product = scores();
    Value kept = product.times(Weights.ramp(graph, "triangle", 5, 5));
    AttentionSite site = only(finish(softmax(kept)));
    assertThat(site.scores().scaled()).isEqualTo(product.name());
    assertThat(site.scores().mask()).contains("triangle");
  }

  @Test
  void recognisesSoftmax1WithZeroColumnInFrontOrBehind() {
    for (boolean front : new boolean[] {true, false}) {
      AttentionFinderTest test = new AttentionFinderTest();
      GraphBuilder g = test.graph;
      Value scores = test.scores();
      Value zero = Weights.zeros(g, 1, 2, 5, 1);
      Value wide = front ? g.concat(-1, zero, scores) : g.concat(-1, scores, zero);
      Value kept = test.softmax(wide).slice(-1, front ? 1 : 0, front ? Long.MAX_VALUE : -1);
      AttentionSite site = only(test.finish(kept));
      assertThat(site.normaliser()).isEqualTo(Normaliser.SOFTMAX1);
      assertThat(site.normalisation().scores()).isEqualTo(scores.name());
      assertThat(site.normalisation().probs()).isEqualTo(kept.name());
    }
  }

  @Test
  void takesALearnedSinkForARelativeOfSoftmax1() {
    Value product = scores();
    Value wide = graph.concat(-1, product, Weights.ramp(graph, "sink", 1, 2, 5, 1));
    Value kept = softmax(wide).slice(-1, 0, -1);
    AttentionSite site = only(finish(kept));
    assertThat(site.normaliser()).isEqualTo(Normaliser.SOFTMAX1);
    assertThat(site.normalisation().scores()).isEqualTo(product.name());
  }

  @Test
  void takesASinkBehindCastsForOne() {
    Value product = scores();
    Value wide = graph.concat(-1, product, Weights.ramp(graph, "sink", 1, 2, 5, 1));
    Value upcast = wide.cast(ElementType.DOUBLE);
    Value probs = softmax(upcast.minus(upcast.max(-1))).cast(ElementType.FLOAT);
    Value kept = probs.slice(-1, 0, -1).cast(ElementType.FLOAT);
    AttentionSite site = only(finish(kept));
    assertThat(site.normaliser()).isEqualTo(Normaliser.SOFTMAX1);
    assertThat(site.normalisation().scores()).isEqualTo(product.name());
    assertThat(site.normalisation().probs()).startsWith("Slice");
  }

  @Test
  void recognisesSoftmax1WithAPaddedColumn() {
    Value product = scores();
    Value wide = product.op("Pad", graph.longs(0, 0, 0, 0, 0, 0, 0, 1));
    Value kept = softmax(wide).slice(-1, 0, -1);
    AttentionSite site = only(finish(kept));
    assertThat(site.normaliser()).isEqualTo(Normaliser.SOFTMAX1);
    assertThat(site.normalisation().scores()).isEqualTo(product.name());
    assertThat(site.normalisation().probs()).isEqualTo(kept.name());
  }

  /** The amounts as TorchScript computes them for {@code F.pad(scores, (1, 0))}. */
  @Test
  void recognisesSoftmax1WithAColumnPaddedByComputedAmounts() {
    Value product = scores();
    Value zeros =
        graph
            .node("ConstantOfShape", graph.longs(6))
            .with("value", ConstantTensor.ofLongs("zero", List.of(1L), 0))
            .value();
    Value pairs = graph.concat(0, graph.longs(1, 0), zeros).reshape(-1, 2);
    Value reversed =
        pairs.op(
            "Slice",
            graph.longs(-1),
            graph.longs(-Long.MAX_VALUE),
            graph.longs(0),
            graph.longs(-1));
    Value amounts = reversed.transpose(1, 0).reshape(-1).cast(ElementType.INT64);
    Value kept = softmax(product.op("Pad", amounts)).slice(-1, 1, Long.MAX_VALUE);
    AttentionSite site = only(finish(kept));
    assertThat(site.normaliser()).isEqualTo(Normaliser.SOFTMAX1);
    assertThat(site.normalisation().scores()).isEqualTo(product.name());
  }

  @Test
  void recognisesASinkThatIsDroppedByTheNumberOfKeys() {
    Value product = scores();
    Value sinks = Weights.ramp(graph, "sink", 1, 2, 1, 1).op("Tile", graph.longs(1, 1, 5, 1));
    Value wide = graph.concat(-1, product, sinks);
    Value keys = product.shape().slice(0, -1, Long.MAX_VALUE);
    Value kept = softmax(wide).op("Slice", graph.longs(0), keys, graph.longs(-1));
    AttentionSite site = only(finish(kept));
    assertThat(site.normaliser()).isEqualTo(Normaliser.SOFTMAX1);
    assertThat(site.normalisation().scores()).isEqualTo(product.name());
  }

  @Test
  void recognisesASinkThatIsSplitOff() {
    Value product = scores();
    Value wide = graph.concat(-1, product, Weights.ramp(graph, "sink", 1, 2, 5, 1));
    Value kept =
        graph.node("Split", softmax(wide), graph.longs(5, 1)).with("axis", -1).values(2).get(0);
    AttentionSite site = only(finish(kept));
    assertThat(site.normaliser()).isEqualTo(Normaliser.SOFTMAX1);
    assertThat(site.normalisation().probs()).isEqualTo(kept.name());
  }

  @Test
  void doesNotTakeAColumnThatStaysForASink() {
    Value wide = graph.concat(-1, scores(), Weights.ramp(graph, "sink", 1, 2, 5, 1));
    Value kept = softmax(wide).slice(-1, 0, Long.MAX_VALUE);
    assertThat(refusal(finish(kept))).contains("comes from Concat");
  }

  @Test
  void doesNotTakePaddingOfAnotherAxisForASink() {
    Value wide = scores().op("Pad", graph.longs(0, 0, 0, 0, 0, 0, 1, 0));
    Value kept = softmax(wide).slice(-1, 0, -1);
    assertThat(refusal(finish(kept))).contains("comes from Pad");
  }

  /** {@code exp(z - max) / (sum + addend)}; without the shift where {@code shifted} is false. */
  private Value written(Value z, boolean shifted, double addend) {
    Value logits = z;
    if (shifted) {
      Value max = z.max(-1);
      logits = z.minus(max);
    }
    Value exp = logits.exp();
    Value sum = exp.sum(-1);
    return exp.over(addend == 0 ? sum : sum.plus(addend));
  }

  @Test
  void findsSoftmaxWrittenOut() {
    for (boolean shifted : new boolean[] {true, false}) {
      AttentionFinderTest test = new AttentionFinderTest();
      Value product = test.scores();
      Value probs = test.written(product, shifted, 0);
      AttentionSite site = only(test.finish(probs));
      assertThat(site.normaliser()).isEqualTo(Normaliser.SOFTMAX);
      assertThat(site.normalisation().scores()).isEqualTo(product.name());
      assertThat(site.normalisation().probs()).isEqualTo(probs.name());
      assertThat(site.normalisation().nodes()).hasSize(shifted ? 5 : 3);
    }
  }

  @Test
  void findsLogSoftmaxBehindAnExponential() {
    Value product = scores();
    Value log = graph.node("LogSoftmax", product).with("axis", -1).value();
    Value probs = log.exp();
    AttentionSite site = only(finish(probs));
    assertThat(site.normalisation().scores()).isEqualTo(product.name());
    assertThat(site.normalisation().probs()).isEqualTo(probs.name());
  }

  @Test
  void takesOnePlusTheSumForSoftmax1OnlyWithoutAShift() {
    assertThat(only(finish(written(scores(), false, 1))).normaliser())
        .isEqualTo(Normaliser.SOFTMAX1);
    AttentionFinderTest wrong = new AttentionFinderTest();
    assertThat(refusal(wrong.finish(wrong.written(wrong.scores(), true, 1))))
        .contains("is not Softmax1");
  }

  @Test
  void recognisesClippedSoftmax() {
    Value stretched = softmax(scores()).times(1.025).plus(-0.025);
    Value clipped = stretched.clip(0, 1);
    AttentionSite site = only(finish(clipped));
    assertThat(site.normaliser()).isEqualTo(Normaliser.CLIPPED_SOFTMAX);
    assertThat(site.normalisation().probs()).isEqualTo(clipped.name());
  }

  @Test
  void refusesClassifier() {
    Value logits = x.matMul(Weights.ramp(graph, "w", 8, 3));
    assertThat(refusal(Models.of(graph, softmax(logits))))
        .startsWith("no MatMul makes the scores")
        .contains("MatMul")
        .contains("a classifier");
  }

  @Test
  void refusesSoftmaxOfAnInput() {
    assertThat(refusal(Models.of(graph, softmax(x)))).contains("the input x is a graph input");
  }

  @Test
  void refusesScoresThatAreOnlyAnOutput() {
    assertThat(refusal(Models.of(graph, softmax(scores()))))
        .contains("the output is a graph output");
  }

  @Test
  void refusesProbabilitiesThatNoValuesMeet() {
    Value summed = softmax(scores()).op("ReduceMax");
    assertThat(refusal(Models.of(graph, summed))).contains("they go to ReduceMax");
  }

  @Test
  void refusesAnotherAxis() {
    Value probs = scores().softmax(1);
    assertThat(refusal(finish(probs))).isEqualTo("softmax axis is 1, not the last (rank 4)");
  }

  @Test
  void acceptsPositiveLastAxis() {
    Value probs = scores().softmax(3);
    assertThat(only(finish(probs)).normalisation().probs()).isEqualTo(probs.name());
  }

  @Test
  void saysThatOldSoftmaxFlattens() {
    GraphBuilder old = Models.opset(11);
    Value q = Models.floats(old, "q", 1, 2, 5, 4);
    Value k = Models.floats(old, "k", 1, 2, 4, 5);
    Value probs = q.matMul(k).op("Softmax");
    assertThat(refusal(Models.of(old, probs.matMul(q)))).contains("before opset 13");
  }

  @Test
  void refusesLogSoftmax() {
    assertThat(refusal(TestGraphs.of("LogSoftmax", "", 1))).contains("log-probabilities");
  }

  @Test
  void listsFusedAttentionApart() {
    for (String domain : new String[] {"", "com.microsoft"}) {
      AttentionReport report = AttentionFinder.find(TestGraphs.of("Attention", domain, 3));
      assertThat(report.sites()).isEmpty();
      assertThat(report.notSites()).isEmpty();
      assertThat(report.fused())
          .extracting(f -> f.normaliser())
          .containsExactly(Normaliser.SOFTMAX);
    }
  }

  @Test
  void looksIntoSubgraphsAndFunctions() {
    Value flag = x.op("ReduceMax").cast(ElementType.BOOL);
    List<Value> chosen =
        graph.choose(flag, () -> List.of(x.op("Softmax")), () -> List.of(x.relu()));
    graph.function("local", "norm", List.of("x"), z -> List.of(z.get(0).op("Softmax")));
    AttentionReport report = AttentionFinder.find(Models.of(graph, chosen.get(0)));
    assertThat(report.notSites()).isEmpty();
    assertThat(report.nested())
        .extracting(inner -> inner.graph().label())
        .satisfiesExactly(
            label -> assertThat(label).startsWith("then_branch of If"),
            label -> assertThat(label).isEqualTo("function norm"));
    assertThat(report.nested())
        .allSatisfy(inner -> assertThat(inner.report().notSites()).hasSize(1));
  }

  /** One-node models. */
  private static final class TestGraphs {
    static OnnxModel of(String op, String domain, int count) {
      GraphBuilder graph = Models.opset(23);
      Value[] inputs = new Value[count];
      for (int i = 0; i < count; i++) {
        inputs[i] = Models.floats(graph, "in" + i, 1, 5, 8);
      }
      Value out = graph.node(op, inputs).from(domain).value();
      return Models.of(graph, out);
    }
  }
}
