package dev.tailgate.onnx.attention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.onnx.ir.OnnxModel;
import org.junit.jupiter.api.Test;

class AttentionFinderTest {
  private final TestGraph graph = TestGraph.opset(17);
  private final String x = graph.input("x", -1, 5, 8);

  /** Projects {@code x} and splits it into two heads, {@code [B, 2, 5, 4]}; keys transposed. */
  private String heads(String name, Long... perm) {
    String projected =
        graph.node(
            "Add", graph.node("MatMul", x, graph.weight(name, 8, 8)), graph.weight(name + "b", 8));
    String split = graph.node("Reshape", projected, graph.longs(-1, 5, 2, 4));
    String moved = graph.node("Transpose", split);
    graph.withInts("perm", perm);
    return moved;
  }

  private String scores() {
    return graph.node("MatMul", heads("wq", 0L, 2L, 1L, 3L), heads("wk", 0L, 2L, 3L, 1L));
  }

  private String softmax(String scores) {
    String probs = graph.node("Softmax", scores);
    graph.with("axis", -1);
    return probs;
  }

  private OnnxModel finish(String probs) {
    String context = graph.node("MatMul", probs, heads("wv", 0L, 2L, 1L, 3L));
    String moved = graph.node("Transpose", context);
    graph.withInts("perm", 0L, 2L, 1L, 3L);
    String merged = graph.node("Reshape", moved, graph.longs(-1, 5, 8));
    return graph.output(graph.node("MatMul", merged, graph.weight("wo", 8, 8)));
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
    String product = scores();
    String scaled = graph.node("Div", product, graph.constant(2));
    String masked = graph.node("Add", scaled, graph.input("mask", -1, 1, 1, 5));
    String probs = softmax(masked);
    OnnxModel model = finish(graph.node("Dropout", probs));
    AttentionSite site = only(model);
    assertThat(site.scores()).isEqualTo(scaled);
    assertThat(site.maskedScores()).isEqualTo(masked);
    assertThat(site.probs()).isEqualTo(probs);
    assertThat(site.mask()).contains("mask");
    assertThat(site.kind()).isEqualTo("self");
    assertThat(site.normaliser()).isEqualTo(Normaliser.SOFTMAX);
    assertThat(model.graph().producer(site.query()).orElseThrow().input(1)).isEqualTo("wqb");
    assertThat(model.graph().producer(site.key()).orElseThrow().input(1)).isEqualTo("wkb");
    assertThat(model.graph().producer(site.value()).orElseThrow().input(1)).isEqualTo("wvb");
    assertThat(model.graph().producer(site.context()).orElseThrow().opType()).isEqualTo("Reshape");
  }

  @Test
  void seesThroughQuantizerPairsAndNanGuard() {
    String scale = graph.constant(0.1f);
    String probs =
        softmax(
            graph.node("DequantizeLinear", graph.node("QuantizeLinear", scores(), scale), scale));
    String guarded = graph.node("Where", graph.node("IsNaN", probs), graph.constant(0), probs);
    AttentionSite site = only(finish(guarded));
    assertThat(site.probs()).isEqualTo(probs);
    assertThat(site.scores()).startsWith("matmul");
    assertThat(site.mask()).isEmpty();
  }

  @Test
  void doesNotTakeAMaskByMultiplicationForAScale() {
    String product = scores();
    String kept = graph.node("Mul", product, graph.weight("triangle", 5, 5));
    AttentionSite site = only(finish(softmax(kept)));
    assertThat(site.scores()).isEqualTo(product);
    assertThat(site.mask()).contains("triangle");
  }

  @Test
  void recognisesSoftmax1WithZeroColumnInFrontOrBehind() {
    for (boolean front : new boolean[] {true, false}) {
      AttentionFinderTest test = new AttentionFinderTest();
      TestGraph g = test.graph;
      String scores = test.scores();
      String zero = g.zeros(1, 2, 5, 1);
      String wide = front ? g.node("Concat", zero, scores) : g.node("Concat", scores, zero);
      g.with("axis", -1);
      String kept =
          g.node(
              "Slice",
              test.softmax(wide),
              g.longs(front ? 1 : 0),
              g.longs(front ? Long.MAX_VALUE : -1),
              g.longs(-1));
      AttentionSite site = only(test.finish(kept));
      assertThat(site.normaliser()).isEqualTo(Normaliser.SOFTMAX1);
      assertThat(site.maskedScores()).isEqualTo(scores);
      assertThat(site.probs()).isEqualTo(kept);
    }
  }

  @Test
  void takesALearnedSinkForARelativeOfSoftmax1() {
    String product = scores();
    String wide = graph.node("Concat", product, graph.weight("sink", 1, 2, 5, 1));
    graph.with("axis", -1);
    String kept =
        graph.node("Slice", softmax(wide), graph.longs(0), graph.longs(-1), graph.longs(-1));
    AttentionSite site = only(finish(kept));
    assertThat(site.normaliser()).isEqualTo(Normaliser.SOFTMAX1);
    assertThat(site.maskedScores()).isEqualTo(product);
  }

  @Test
  void recognisesSoftmax1WithAPaddedColumn() {
    String product = scores();
    String wide = graph.node("Pad", product, graph.longs(0, 0, 0, 0, 0, 0, 0, 1));
    String kept =
        graph.node("Slice", softmax(wide), graph.longs(0), graph.longs(-1), graph.longs(-1));
    AttentionSite site = only(finish(kept));
    assertThat(site.normaliser()).isEqualTo(Normaliser.SOFTMAX1);
    assertThat(site.maskedScores()).isEqualTo(product);
    assertThat(site.probs()).isEqualTo(kept);
  }

  @Test
  void doesNotTakePaddingOfAnotherAxisForASink() {
    String wide = graph.node("Pad", scores(), graph.longs(0, 0, 0, 0, 0, 0, 1, 0));
    String kept =
        graph.node("Slice", softmax(wide), graph.longs(0), graph.longs(-1), graph.longs(-1));
    assertThat(refusal(finish(kept))).contains("comes from Pad");
  }

  /** {@code exp(z - max) / (sum + addend)}; without the shift where {@code shifted} is false. */
  private String written(String z, boolean shifted, String addend) {
    String logits = z;
    if (shifted) {
      String max = graph.node("ReduceMax", z);
      graph.withInts("axes", -1L);
      logits = graph.node("Sub", z, max);
    }
    String exp = graph.node("Exp", logits);
    String sum = graph.node("ReduceSum", exp, graph.longs(-1));
    return graph.node("Div", exp, addend.isEmpty() ? sum : graph.node("Add", sum, addend));
  }

  @Test
  void findsSoftmaxWrittenOut() {
    for (boolean shifted : new boolean[] {true, false}) {
      AttentionFinderTest test = new AttentionFinderTest();
      String product = test.scores();
      String probs = test.written(product, shifted, "");
      AttentionSite site = only(test.finish(probs));
      assertThat(site.normaliser()).isEqualTo(Normaliser.SOFTMAX);
      assertThat(site.maskedScores()).isEqualTo(product);
      assertThat(site.probs()).isEqualTo(probs);
      assertThat(site.normaliserNodes()).hasSize(shifted ? 5 : 3);
    }
  }

  @Test
  void findsLogSoftmaxBehindAnExponential() {
    String product = scores();
    String log = graph.node("LogSoftmax", product);
    graph.with("axis", -1);
    String probs = graph.node("Exp", log);
    AttentionSite site = only(finish(probs));
    assertThat(site.maskedScores()).isEqualTo(product);
    assertThat(site.probs()).isEqualTo(probs);
  }

  @Test
  void takesOnePlusTheSumForSoftmax1OnlyWithoutAShift() {
    assertThat(only(finish(written(scores(), false, graph.constant(1)))).normaliser())
        .isEqualTo(Normaliser.SOFTMAX1);
    AttentionFinderTest wrong = new AttentionFinderTest();
    assertThat(refusal(wrong.finish(wrong.written(wrong.scores(), true, wrong.graph.constant(1)))))
        .contains("is not Softmax1");
  }

  @Test
  void recognisesClippedSoftmax() {
    String stretched =
        graph.node(
            "Add",
            graph.node("Mul", softmax(scores()), graph.constant(1.025f)),
            graph.constant(-0.025f));
    String clipped = graph.node("Clip", stretched, graph.constant(0), graph.constant(1));
    AttentionSite site = only(finish(clipped));
    assertThat(site.normaliser()).isEqualTo(Normaliser.CLIPPED_SOFTMAX);
    assertThat(site.probs()).isEqualTo(clipped);
  }

  @Test
  void refusesClassifier() {
    String logits = graph.node("MatMul", x, graph.weight("w", 8, 3));
    assertThat(refusal(graph.output(softmax(logits))))
        .startsWith("no MatMul makes the scores")
        .contains("MatMul")
        .contains("a classifier");
  }

  @Test
  void refusesSoftmaxOfAnInput() {
    assertThat(refusal(graph.output(softmax(x)))).contains("the input x is a graph input");
  }

  @Test
  void refusesScoresThatAreOnlyAnOutput() {
    assertThat(refusal(graph.output(softmax(scores())))).contains("the output is a graph output");
  }

  @Test
  void refusesProbabilitiesThatNoValuesMeet() {
    String summed = graph.node("ReduceMax", softmax(scores()));
    assertThat(refusal(graph.output(summed))).contains("they go to ReduceMax");
  }

  @Test
  void refusesAnotherAxis() {
    String probs = graph.node("Softmax", scores());
    graph.with("axis", 1);
    assertThat(refusal(finish(probs))).isEqualTo("softmax axis is 1, not the last (rank 4)");
  }

  @Test
  void acceptsPositiveLastAxis() {
    String probs = graph.node("Softmax", scores());
    graph.with("axis", 3);
    assertThat(only(finish(probs)).probs()).isEqualTo(probs);
  }

  @Test
  void saysThatOldSoftmaxFlattens() {
    TestGraph old = TestGraph.opset(11);
    String q = old.input("q", 1, 2, 5, 4);
    String k = old.input("k", 1, 2, 4, 5);
    String probs = old.node("Softmax", old.node("MatMul", q, k));
    assertThat(refusal(old.output(old.node("MatMul", probs, q)))).contains("before opset 13");
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
    String flag = graph.node("Cast", graph.node("ReduceMax", x));
    graph.with("to", 9);
    String chosen = graph.node("If", flag);
    graph.withSoftmaxBranch(x).softmaxFunction("norm");
    AttentionReport report = AttentionFinder.find(graph.output(chosen));
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
    static OnnxModel of(String op, String domain, int inputs) {
      TestGraph graph = TestGraph.opset(23);
      String[] names = new String[inputs];
      for (int i = 0; i < inputs; i++) {
        names[i] = graph.input("in" + i, 1, 5, 8);
      }
      String out = graph.node(op, names);
      graph.domain(domain);
      return graph.output(out);
    }
  }
}
