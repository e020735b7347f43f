package dev.tailgate.onnx.rewrite.fused;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.onnx.attention.AttentionFinder;
import dev.tailgate.onnx.attention.FusedOperators;
import dev.tailgate.onnx.attention.Normaliser;
import dev.tailgate.onnx.attention.TestGraph;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.rewrite.Clipping;
import dev.tailgate.onnx.rewrite.Decision;
import dev.tailgate.onnx.rewrite.FusedChoice;
import dev.tailgate.onnx.rewrite.FusedRule;
import dev.tailgate.onnx.rewrite.NormaliserSpec;
import dev.tailgate.onnx.rewrite.RewriteScope;
import dev.tailgate.onnx.rewrite.Sink;
import dev.tailgate.onnx.rewrite.SiteEdit;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FusedRulesTest {
  private static final String MICROSOFT = "com.microsoft";
  private static final NormaliserSpec OTHER_SINK =
      new NormaliserSpec(Optional.of(new Sink.Logit(1)), Optional.empty());
  private static final NormaliserSpec THREE_SINKS =
      new NormaliserSpec(Optional.of(new Sink.PerHead(new double[] {1, 2, 3})), Optional.empty());

  private static OnnxNode last(OnnxModel model) {
    return model.graph().nodes().get(model.graph().nodes().size() - 1);
  }

  private static String refusal(FusedRule rule, OnnxModel model, NormaliserSpec spec) {
    Decision decision = rule.examine(RewriteScope.open(model, "test", 0), last(model), spec);
    assertThat(decision).isInstanceOf(Decision.Skips.class);
    return ((Decision.Skips) decision).reason();
  }

  private static FusedChoice choose(OnnxModel model, NormaliserSpec spec) {
    return FusedRules.choose(RewriteScope.open(model, "test", 0), last(model), spec);
  }

  private static OnnxModel apply(FusedRule rule, OnnxModel model, NormaliserSpec spec) {
    RewriteScope scope = RewriteScope.open(model, "test", 0);
    assertThat(rule.examine(scope, last(model), spec)).isEqualTo(Decision.applies());
    rule.apply(scope, last(model), spec);
    return scope.commit();
  }

  /** Queries, keys and values {@code [B, T, 8]} in front of {@code further} inputs. */
  private static TestGraph flat(TestGraph graph, String op, String... further) {
    String[] inputs = new String[3 + further.length];
    inputs[0] = graph.input("q", -1, -2, 8);
    inputs[1] = graph.input("k", -1, -3, 8);
    inputs[2] = graph.input("v", -1, -3, 8);
    System.arraycopy(further, 0, inputs, 3, further.length);
    graph.node(op, inputs);
    return graph;
  }

  private static TestGraph multiHead(TestGraph graph, String... further) {
    return flat(graph, "MultiHeadAttention", further).domain(MICROSOFT).with("num_heads", 2);
  }

  private static TestGraph grouped(TestGraph graph, String... further) {
    return flat(graph, "GroupQueryAttention", further)
        .domain(MICROSOFT)
        .with("num_heads", 2)
        .with("kv_num_heads", 2);
  }

  private static TestGraph standard(TestGraph graph, String... further) {
    return flat(graph, "Attention", further).with("q_num_heads", 2).with("kv_num_heads", 2);
  }

  private static OnnxModel done(TestGraph graph) {
    return graph.output();
  }

  @Test
  void smoothSoftmaxIsSetForSoftmax1AndHeadSinkForOtherSinks() {
    OnnxModel model = done(grouped(TestGraph.opset(17)));
    OnnxNode smooth = last(apply(FusedRules.USE_SMOOTH_SOFTMAX, model, NormaliserSpec.SOFTMAX1));
    assertThat(smooth.intAttribute("smooth_softmax", 0)).isEqualTo(1);
    assertThat(smooth.hasInput(FusedOperators.HEAD_SINK)).isFalse();
    OnnxModel other = apply(FusedRules.USE_SMOOTH_SOFTMAX, model, OTHER_SINK);
    assertThat(
            other
                .graph()
                .constant(last(other).input(FusedOperators.HEAD_SINK))
                .orElseThrow()
                .toDoubles(2))
        .containsExactly(1, 1);
    assertThat(FusedOperators.normaliser(last(other))).isEqualTo(Normaliser.SOFTMAX1);
    assertThat(last(other).metadata()).containsKey(SiteEdit.REPLACED);
  }

  @Test
  void smoothSoftmaxIsRefusedWhereThereIsASinkAlready() {
    OnnxModel model = done(grouped(TestGraph.opset(17)).with("smooth_softmax", 1));
    assertThat(refusal(FusedRules.USE_SMOOTH_SOFTMAX, model, NormaliserSpec.SOFTMAX1))
        .isEqualTo("it computes softmax1 already");
  }

  @Test
  void sinksThatDoNotFitAreRefused() {
    OnnxModel model = done(grouped(TestGraph.opset(17)));
    assertThat(refusal(FusedRules.USE_SMOOTH_SOFTMAX, model, THREE_SINKS))
        .contains("each of 2 heads", "found 3");
    assertThat(refusal(FusedRules.USE_SMOOTH_SOFTMAX, model, NormaliserSpec.SOFTMAX))
        .contains("has none");
    assertThat(
            refusal(
                FusedRules.USE_SMOOTH_SOFTMAX,
                model,
                NormaliserSpec.SOFTMAX1.clipped(new Clipping.Bounds(-0.1, 1))))
        .contains("cannot clip");
  }

  @Test
  void zeroTokenOfMultiHeadAttentionMarksTheOperator() {
    OnnxModel rewritten =
        apply(
            FusedRules.ADD_ZERO_TOKEN_TO_MULTI_HEAD_ATTENTION,
            done(multiHead(TestGraph.opset(17))),
            NormaliserSpec.SOFTMAX1);
    assertThat(last(rewritten).is(MICROSOFT, "MultiHeadAttention")).isTrue();
    assertThat(FusedOperators.normaliser(last(rewritten))).isEqualTo(Normaliser.SOFTMAX1);
    assertThat(refusal(FusedRules.UNFUSE_MULTI_HEAD_ATTENTION, rewritten, NormaliserSpec.SOFTMAX))
        .contains("softmax1 already");
    assertThat(
            refusal(
                FusedRules.ADD_ZERO_TOKEN_TO_MULTI_HEAD_ATTENTION,
                rewritten,
                NormaliserSpec.SOFTMAX1))
        .contains("softmax1 already");
  }

  @Test
  void zeroTokenOfMultiHeadAttentionIsRefusedWherePositionsCount() {
    FusedRule rule = FusedRules.ADD_ZERO_TOKEN_TO_MULTI_HEAD_ATTENTION;
    OnnxModel causal = done(multiHead(TestGraph.opset(17)).with("unidirectional", 1));
    assertThat(refusal(rule, causal, NormaliserSpec.SOFTMAX1)).contains("unidirectional = 1");
    TestGraph graph = TestGraph.opset(17);
    String past = graph.input("past", -1, 2, -4, 4);
    OnnxModel withPast = done(multiHead(graph, "", "", "", past, past));
    assertThat(refusal(rule, withPast, NormaliserSpec.SOFTMAX1)).contains("past or present");
  }

  @Test
  void sinksOtherThanZeroNeedOpset9() {
    OnnxModel model = done(multiHead(TestGraph.opset(8)));
    FusedRule rule = FusedRules.ADD_ZERO_TOKEN_TO_MULTI_HEAD_ATTENTION;
    assertThat(refusal(rule, model, OTHER_SINK)).contains("opset 9", "found opset 8");
    apply(rule, model, NormaliserSpec.SOFTMAX1);
  }

  @Test
  void packedOperandsOfMultiHeadAttentionAreRefused() {
    TestGraph graph = TestGraph.opset(17);
    graph.node("MultiHeadAttention", graph.input("qkv", 1, 4, 2, 3, 4));
    OnnxModel model = done(graph.domain(MICROSOFT).with("num_heads", 2));
    assertThat(refusal(FusedRules.UNFUSE_MULTI_HEAD_ATTENTION, model, NormaliserSpec.SOFTMAX))
        .contains("packed");
    TestGraph keys = TestGraph.opset(17);
    String packed = keys.input("kv", 1, 4, 2, 2, 4);
    keys.node("MultiHeadAttention", keys.input("q", 1, 4, 8), packed, packed);
    OnnxModel packedKeys = done(keys.domain(MICROSOFT).with("num_heads", 2));
    assertThat(refusal(FusedRules.UNFUSE_MULTI_HEAD_ATTENTION, packedKeys, NormaliserSpec.SOFTMAX))
        .contains("keys and values are packed");
  }

  @Test
  void causalMasksNeedOpset11() {
    OnnxModel model = done(multiHead(TestGraph.opset(10)).with("unidirectional", 1));
    assertThat(refusal(FusedRules.UNFUSE_MULTI_HEAD_ATTENTION, model, NormaliserSpec.SOFTMAX))
        .contains("opset 11", "found opset 10");
  }

  @Test
  void zeroTokenOfAttentionIsRefusedWithPastAndWithForeignMasks() {
    FusedRule rule = FusedRules.ADD_ZERO_TOKEN_TO_ATTENTION;
    TestGraph graph = TestGraph.opset(23);
    String past = graph.input("past", -1, 2, -4, 4);
    OnnxModel withPast = done(standard(graph, "", past, past));
    assertThat(refusal(rule, withPast, NormaliserSpec.SOFTMAX1)).contains("past or present");
    TestGraph masked = TestGraph.opset(23);
    OnnxModel withMask = done(standard(masked, masked.ids("mask", -2, -3)));
    assertThat(refusal(rule, withMask, NormaliserSpec.SOFTMAX1))
        .contains("bool or float", "found int64");
  }

  @Test
  void attentionWithoutStatedShapeIsRefused() {
    TestGraph graph = TestGraph.opset(23);
    graph.node("Attention", graph.input("q"), graph.input("k"), graph.input("v"));
    OnnxModel model = done(graph);
    assertThat(refusal(FusedRules.UNFUSE_ONNX_ATTENTION, model, NormaliserSpec.SOFTMAX))
        .contains("3 or 4 dimensions");
  }

  @Test
  void definitionsOfLaterOpsetsAreRefused() {
    OnnxModel model = done(standard(TestGraph.opset(25)));
    assertThat(refusal(FusedRules.UNFUSE_ONNX_ATTENTION, model, NormaliserSpec.SOFTMAX))
        .contains("opset 25");
  }

  @Test
  void microsoftAttentionIsRefusedWithRotaryAndSharedBuffersAndFourAxesOfMask() {
    FusedRule rule = FusedRules.UNFUSE_MICROSOFT_ATTENTION;
    assertThat(refusal(rule, done(projecting("").with("do_rotary", 1)), NormaliserSpec.SOFTMAX))
        .contains("do_rotary");
    assertThat(
            refusal(
                rule,
                done(projecting("").with("past_present_share_buffer", 1)),
                NormaliserSpec.SOFTMAX))
        .contains("writes into the past");
    TestGraph graph = TestGraph.opset(17);
    String x = graph.input("x", -1, -2, 8);
    String weights = graph.weight("w", 8, 24);
    graph.node("Attention", x, weights, graph.weight("b", 24), graph.ids("m", 1, 1, 9, 9));
    OnnxModel megatron = done(graph.domain(MICROSOFT).with("num_heads", 2));
    assertThat(refusal(rule, megatron, NormaliserSpec.SOFTMAX)).contains("4 dimensions");
  }

  @Test
  void sumsOfFlagsAreKnownAsLengths() {
    TestGraph graph = TestGraph.opset(12);
    String x = graph.input("x", -1, -2, 8);
    String weights = graph.weight("w", 8, 24);
    String flags = graph.ids("flags", -1, -2);
    String sums = graph.node("Identity", lengths(graph, flags));
    graph.node("Attention", x, weights, graph.weight("b", 24), sums);
    OnnxModel model = done(graph.domain(MICROSOFT).with("num_heads", 2));
    apply(FusedRules.UNFUSE_MICROSOFT_ATTENTION, model, NormaliserSpec.SOFTMAX);
  }

  private static String lengths(TestGraph graph, String flags) {
    String sums = graph.node("ReduceSum", flags);
    graph.withInts("axes", 1L).with("keepdims", 0);
    return sums;
  }

  private static TestGraph projecting(String mask) {
    TestGraph graph = TestGraph.opset(17);
    String x = graph.input("x", -1, -2, 8);
    graph.node("Attention", x, graph.weight("w", 8, 24), graph.weight("b", 24), mask);
    return graph.domain(MICROSOFT).with("num_heads", 2);
  }

  @Test
  void groupQueryAttentionIsUnfusedForPromptsWithoutRotaryOnly() {
    FusedRule rule = FusedRules.UNFUSE_GROUP_QUERY_ATTENTION;
    apply(rule, done(grouped(TestGraph.opset(17))), NormaliserSpec.SOFTMAX);
    assertThat(
            refusal(
                rule,
                done(grouped(TestGraph.opset(17)).with("do_rotary", 1)),
                NormaliserSpec.SOFTMAX))
        .contains("do_rotary");
    assertThat(
            refusal(
                rule,
                done(grouped(TestGraph.opset(17)).with("local_window_size", 4)),
                NormaliserSpec.SOFTMAX))
        .contains("local_window_size");
    TestGraph graph = TestGraph.opset(17);
    String past = graph.input("past", -1, 2, -4, 4);
    assertThat(refusal(rule, done(grouped(graph, past, past)), NormaliserSpec.SOFTMAX))
        .contains("cache");
  }

  @Test
  void unfusedProjectionIsFoundAsOneSelfAttention() {
    OnnxModel unfused =
        apply(FusedRules.UNFUSE_MICROSOFT_ATTENTION, done(projecting("")), NormaliserSpec.SOFTMAX);
    assertThat(AttentionFinder.find(unfused).sites())
        .singleElement()
        .satisfies(site -> assertThat(site.kind()).isEqualTo("self"));
  }

  @Test
  void rulesThatKeepTheOperatorComeFirst() {
    OnnxModel model = done(multiHead(TestGraph.opset(17)));
    assertThat(choose(model, NormaliserSpec.SOFTMAX1))
        .isEqualTo(new FusedChoice.Takes(FusedRules.ADD_ZERO_TOKEN_TO_MULTI_HEAD_ATTENTION));
    assertThat(
            FusedRules.choose(
                RewriteScope.open(model, "test", 0), last(model), NormaliserSpec.SOFTMAX1, false))
        .isEqualTo(new FusedChoice.Takes(FusedRules.UNFUSE_MULTI_HEAD_ATTENTION));
  }

  @Test
  void whatCannotKeepTheOperatorIsUnfused() {
    OnnxModel causal = done(multiHead(TestGraph.opset(17)).with("unidirectional", 1));
    assertThat(choose(causal, NormaliserSpec.SOFTMAX1))
        .isEqualTo(new FusedChoice.Takes(FusedRules.UNFUSE_MULTI_HEAD_ATTENTION));
  }

  @Test
  void reasonsOfAllRulesAreGiven() {
    OnnxModel model = done(multiHead(TestGraph.opset(10)).with("unidirectional", 1));
    assertThat(choose(model, NormaliserSpec.SOFTMAX1))
        .isInstanceOfSatisfying(
            FusedChoice.Refuses.class,
            refuses -> assertThat(refuses.reason()).contains("one key too many", "; ", "opset 11"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DecoderAttention",
        "DecoderMaskedMultiHeadAttention",
        "DecoderMaskedSelfAttention",
        "LongformerAttention",
        "PackedAttention",
        "PackedMultiHeadAttention",
        "PagedAttention",
        "QAttention",
        "QOrderedAttention",
        "RelativePositionAttention",
        "SparseAttention"
      })
  void operatorsWithoutRulesSayWhatToDoInstead(String op) {
    OnnxModel model = done(flat(TestGraph.opset(17), op).domain(MICROSOFT));
    assertThat(choose(model, NormaliserSpec.SOFTMAX1))
        .isEqualTo(new FusedChoice.Refuses(FusedRefusals.of(last(model)).orElseThrow()));
    assertThat(FusedRefusals.of(last(model)).orElseThrow()).contains(": ");
  }
}
