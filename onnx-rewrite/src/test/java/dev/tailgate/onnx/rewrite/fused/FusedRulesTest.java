package dev.tailgate.onnx.rewrite.fused;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.onnx.attention.AttentionFinder;
import dev.tailgate.onnx.attention.FusedOperators;
import dev.tailgate.onnx.attention.Normaliser;
import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Operator;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.ir.ValueInfo;
import dev.tailgate.onnx.kit.Models;
import dev.tailgate.onnx.kit.Weights;
import dev.tailgate.onnx.rewrite.Clipping;
import dev.tailgate.onnx.rewrite.Decision;
import dev.tailgate.onnx.rewrite.FusedChoice;
import dev.tailgate.onnx.rewrite.NormaliserSpec;
import dev.tailgate.onnx.rewrite.RewriteScope;
import dev.tailgate.onnx.rewrite.Sink;
import dev.tailgate.onnx.rewrite.SiteEdit;
import dev.tailgate.onnx.rewrite.SoftmaxSpec;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FusedRulesTest {
  private static final NormaliserSpec OTHER_SINK =
      new SoftmaxSpec(Optional.of(new Sink.Logit(1)), Optional.empty());
  private static final NormaliserSpec THREE_SINKS =
      new SoftmaxSpec(Optional.of(new Sink.PerHead(new double[] {1, 2, 3})), Optional.empty());

  private static OnnxNode last(OnnxModel model) {
    return model.graph().nodes().get(model.graph().nodes().size() - 1);
  }

  private static String refusal(OperatorRule rule, OnnxModel model, NormaliserSpec spec) {
    Decision decision = rule.examine(RewriteScope.open(model, "test", 0), last(model), spec);
    assertThat(decision).isInstanceOf(Decision.Skips.class);
    return ((Decision.Skips) decision).reason();
  }

  private static FusedChoice choose(OnnxModel model, NormaliserSpec spec) {
    return FusedRules.choose(RewriteScope.open(model, "test", 0), last(model), spec);
  }

  private static OnnxModel apply(OperatorRule rule, OnnxModel model, NormaliserSpec spec) {
    RewriteScope scope = RewriteScope.open(model, "test", 0);
    assertThat(rule.examine(scope, last(model), spec)).isEqualTo(Decision.applies());
    rule.apply(scope, last(model), spec);
    return scope.commit();
  }

  /** An operator, and the graph that it is the last node of. */
  private record Last(GraphBuilder graph, Operator node) {
    Last from(String domain) {
      return new Last(graph, node.from(domain));
    }

    Last with(String name, long value) {
      return new Last(graph, node.with(name, value));
    }

    OnnxModel done() {
      return Models.of(graph, node.value());
    }
  }

  /** Queries, keys and values {@code [B, T, 8]} in front of {@code further} inputs. */
  private static Last flat(GraphBuilder graph, String op, Value... further) {
    Value[] inputs = new Value[3 + further.length];
    inputs[0] = Models.floats(graph, "q", -1, -2, 8);
    inputs[1] = Models.floats(graph, "k", -1, -3, 8);
    inputs[2] = Models.floats(graph, "v", -1, -3, 8);
    System.arraycopy(further, 0, inputs, 3, further.length);
    return new Last(graph, graph.node(op, inputs));
  }

  private static Last multiHead(GraphBuilder graph, Value... further) {
    return flat(graph, "MultiHeadAttention", further).from(Models.MICROSOFT).with("num_heads", 2);
  }

  private static Last grouped(GraphBuilder graph, Value... further) {
    return flat(graph, "GroupQueryAttention", further)
        .from(Models.MICROSOFT)
        .with("num_heads", 2)
        .with("kv_num_heads", 2);
  }

  private static Last standard(GraphBuilder graph, Value... further) {
    return flat(graph, "Attention", further).with("q_num_heads", 2).with("kv_num_heads", 2);
  }

  /** The operator that projects by itself. */
  private static Last projecting(GraphBuilder graph, Value mask) {
    Value x = Models.floats(graph, "x", -1, -2, 8);
    Value weights = Weights.ramp(graph, "w", 8, 24);
    Value bias = Weights.ramp(graph, "b", 24);
    Operator node = graph.node("Attention", x, weights, bias, mask);
    return new Last(graph, node.from(Models.MICROSOFT).with("num_heads", 2));
  }

  private static Last projecting() {
    GraphBuilder graph = Models.opset(17);
    return projecting(graph, graph.none());
  }

  @Test
  void smoothSoftmaxIsSetForSoftmax1AndHeadSinkForOtherSinks() {
    OnnxModel model = grouped(Models.opset(17)).done();
    OnnxNode smooth = last(apply(FusedRules.USE_SMOOTH_SOFTMAX, model, SoftmaxSpec.SOFTMAX1));
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
    OnnxModel model = grouped(Models.opset(17)).with("smooth_softmax", 1).done();
    assertThat(refusal(FusedRules.USE_SMOOTH_SOFTMAX, model, SoftmaxSpec.SOFTMAX1))
        .isEqualTo("it computes softmax1 already");
  }

  @Test
  void sinksThatDoNotFitAreRefused() {
    OnnxModel model = grouped(Models.opset(17)).done();
    assertThat(refusal(FusedRules.USE_SMOOTH_SOFTMAX, model, THREE_SINKS))
        .contains("each of 2 heads", "found 3");
    assertThat(refusal(FusedRules.USE_SMOOTH_SOFTMAX, model, SoftmaxSpec.SOFTMAX))
        .contains("has none");
    assertThat(
            refusal(
                FusedRules.USE_SMOOTH_SOFTMAX,
                model,
                SoftmaxSpec.SOFTMAX1.clipped(new Clipping.Bounds(-0.1, 1))))
        .contains("cannot clip");
  }

  @Test
  void zeroTokenOfMultiHeadAttentionMarksTheOperator() {
    OnnxModel rewritten =
        apply(
            FusedRules.ADD_ZERO_TOKEN_TO_MULTI_HEAD_ATTENTION,
            multiHead(Models.opset(17)).done(),
            SoftmaxSpec.SOFTMAX1);
    assertThat(last(rewritten).is(Models.MICROSOFT, "MultiHeadAttention")).isTrue();
    assertThat(FusedOperators.normaliser(last(rewritten))).isEqualTo(Normaliser.SOFTMAX1);
    assertThat(refusal(FusedRules.UNFUSE_MULTI_HEAD_ATTENTION, rewritten, SoftmaxSpec.SOFTMAX))
        .contains("softmax1 already");
    assertThat(
            refusal(
                FusedRules.ADD_ZERO_TOKEN_TO_MULTI_HEAD_ATTENTION, rewritten, SoftmaxSpec.SOFTMAX1))
        .contains("softmax1 already");
  }

  @Test
  void zeroTokenOfMultiHeadAttentionIsRefusedWherePositionsCount() {
    OperatorRule rule = FusedRules.ADD_ZERO_TOKEN_TO_MULTI_HEAD_ATTENTION;
    OnnxModel causal = multiHead(Models.opset(17)).with("unidirectional", 1).done();
    assertThat(refusal(rule, causal, SoftmaxSpec.SOFTMAX1)).contains("unidirectional = 1");
    GraphBuilder graph = Models.opset(17);
    Value past = Models.floats(graph, "past", -1, 2, -4, 4);
    Value none = graph.none();
    OnnxModel withPast = multiHead(graph, none, none, none, past, past).done();
    assertThat(refusal(rule, withPast, SoftmaxSpec.SOFTMAX1)).contains("past or present");
  }

  @Test
  void sinksOtherThanZeroNeedOpset9() {
    OnnxModel model = multiHead(Models.opset(8)).done();
    OperatorRule rule = FusedRules.ADD_ZERO_TOKEN_TO_MULTI_HEAD_ATTENTION;
    assertThat(refusal(rule, model, OTHER_SINK)).contains("opset 9", "found opset 8");
    apply(rule, model, SoftmaxSpec.SOFTMAX1);
  }

  @Test
  void packedOperandsOfMultiHeadAttentionAreRefused() {
    GraphBuilder graph = Models.opset(17);
    Operator node = graph.node("MultiHeadAttention", Models.floats(graph, "qkv", 1, 4, 2, 3, 4));
    OnnxModel model = new Last(graph, node.from(Models.MICROSOFT).with("num_heads", 2)).done();
    assertThat(refusal(FusedRules.UNFUSE_MULTI_HEAD_ATTENTION, model, SoftmaxSpec.SOFTMAX))
        .contains("packed");
    GraphBuilder keys = Models.opset(17);
    Value packed = Models.floats(keys, "kv", 1, 4, 2, 2, 4);
    Value q = Models.floats(keys, "q", 1, 4, 8);
    Operator apart = keys.node("MultiHeadAttention", q, packed, packed);
    OnnxModel packedKeys = new Last(keys, apart.from(Models.MICROSOFT).with("num_heads", 2)).done();
    assertThat(refusal(FusedRules.UNFUSE_MULTI_HEAD_ATTENTION, packedKeys, SoftmaxSpec.SOFTMAX))
        .contains("keys and values are packed");
  }

  @Test
  void causalMasksNeedOpset11() {
    OnnxModel model = multiHead(Models.opset(10)).with("unidirectional", 1).done();
    assertThat(refusal(FusedRules.UNFUSE_MULTI_HEAD_ATTENTION, model, SoftmaxSpec.SOFTMAX))
        .contains("opset 11", "found opset 10");
  }

  @Test
  void zeroTokenOfAttentionIsRefusedWithPastAndWithForeignMasks() {
    OperatorRule rule = FusedRules.ADD_ZERO_TOKEN_TO_ATTENTION;
    GraphBuilder graph = Models.opset(23);
    Value past = Models.floats(graph, "past", -1, 2, -4, 4);
    OnnxModel withPast = standard(graph, graph.none(), past, past).done();
    assertThat(refusal(rule, withPast, SoftmaxSpec.SOFTMAX1)).contains("past or present");
    GraphBuilder masked = Models.opset(23);
    OnnxModel withMask = standard(masked, Models.ids(masked, "mask", -2, -3)).done();
    assertThat(refusal(rule, withMask, SoftmaxSpec.SOFTMAX1))
        .contains("bool or float", "found int64");
  }

  /** Without heads as attributes there are four dimensions, but nothing says how many heads. */
  @Test
  void attentionWithoutStatedShapeIsRefused() {
    GraphBuilder graph = Models.opset(23);
    Value[] inputs =
        Stream.of("q", "k", "v")
            .map(name -> graph.input(new ValueInfo(name, ElementType.FLOAT, Optional.empty())))
            .toArray(Value[]::new);
    OnnxModel model = Models.of(graph, graph.node("Attention", inputs).value());
    assertThat(refusal(FusedRules.UNFUSE_ONNX_ATTENTION, model, SoftmaxSpec.SOFTMAX))
        .contains("numbers of heads", "found none stated and none stated");
  }

  @Test
  void definitionsOfLaterOpsetsAreRefused() {
    OnnxModel model = standard(Models.opset(25)).done();
    assertThat(refusal(FusedRules.UNFUSE_ONNX_ATTENTION, model, SoftmaxSpec.SOFTMAX))
        .contains("opset 25");
  }

  @Test
  void microsoftAttentionIsRefusedWithRotaryAndSharedBuffersAndFourAxesOfMask() {
    OperatorRule rule = FusedRules.UNFUSE_MICROSOFT_ATTENTION;
    assertThat(refusal(rule, projecting().with("do_rotary", 1).done(), SoftmaxSpec.SOFTMAX))
        .contains("do_rotary");
    assertThat(
            refusal(
                rule,
                projecting().with("past_present_share_buffer", 1).done(),
                SoftmaxSpec.SOFTMAX))
        .contains("writes into the past");
    GraphBuilder graph = Models.opset(17);
    OnnxModel megatron = projecting(graph, Models.ids(graph, "m", 1, 1, 9, 9)).done();
    assertThat(refusal(rule, megatron, SoftmaxSpec.SOFTMAX)).contains("4 dimensions");
  }

  @Test
  void sumsOfFlagsAreKnownAsLengths() {
    GraphBuilder graph = Models.opset(12);
    Value flags = Models.ids(graph, "flags", -1, -2);
    OnnxModel model = projecting(graph, lengths(graph, flags).op("Identity")).done();
    apply(FusedRules.UNFUSE_MICROSOFT_ATTENTION, model, SoftmaxSpec.SOFTMAX);
  }

  private static Value lengths(GraphBuilder graph, Value flags) {
    return graph.node("ReduceSum", flags).with("axes", new long[] {1}).with("keepdims", 0).value();
  }

  @Test
  void groupQueryAttentionIsUnfusedForPromptsWithoutRotaryOnly() {
    OperatorRule rule = FusedRules.UNFUSE_GROUP_QUERY_ATTENTION;
    apply(rule, grouped(Models.opset(17)).done(), SoftmaxSpec.SOFTMAX);
    assertThat(
            refusal(
                rule, grouped(Models.opset(17)).with("do_rotary", 1).done(), SoftmaxSpec.SOFTMAX))
        .contains("do_rotary");
    assertThat(
            refusal(
                rule,
                grouped(Models.opset(17)).with("local_window_size", 4).done(),
                SoftmaxSpec.SOFTMAX))
        .contains("local_window_size");
    GraphBuilder graph = Models.opset(17);
    Value past = Models.floats(graph, "past", -1, 2, -4, 4);
    assertThat(refusal(rule, grouped(graph, past, past).done(), SoftmaxSpec.SOFTMAX))
        .contains("cache");
  }

  @Test
  void unfusedProjectionIsFoundAsOneSelfAttention() {
    OnnxModel unfused =
        apply(FusedRules.UNFUSE_MICROSOFT_ATTENTION, projecting().done(), SoftmaxSpec.SOFTMAX);
    assertThat(AttentionFinder.find(unfused).sites())
        .singleElement()
        .satisfies(site -> assertThat(site.kind()).isEqualTo("self"));
  }

  @Test
  void rulesThatKeepTheOperatorComeFirst() {
    OnnxModel model = multiHead(Models.opset(17)).done();
    assertThat(choose(model, SoftmaxSpec.SOFTMAX1))
        .isEqualTo(new FusedChoice.Takes(FusedRules.ADD_ZERO_TOKEN_TO_MULTI_HEAD_ATTENTION));
    assertThat(
            FusedRules.choose(
                RewriteScope.open(model, "test", 0), last(model), SoftmaxSpec.SOFTMAX1, false))
        .isEqualTo(new FusedChoice.Takes(FusedRules.UNFUSE_MULTI_HEAD_ATTENTION));
  }

  @Test
  void whatCannotKeepTheOperatorIsUnfused() {
    OnnxModel causal = multiHead(Models.opset(17)).with("unidirectional", 1).done();
    assertThat(choose(causal, SoftmaxSpec.SOFTMAX1))
        .isEqualTo(new FusedChoice.Takes(FusedRules.UNFUSE_MULTI_HEAD_ATTENTION));
  }

  @Test
  void reasonsOfAllRulesAreGiven() {
    OnnxModel model = multiHead(Models.opset(10)).with("unidirectional", 1).done();
    assertThat(choose(model, SoftmaxSpec.SOFTMAX1))
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
    OnnxModel model = flat(Models.opset(17), op).from(Models.MICROSOFT).done();
    assertThat(choose(model, SoftmaxSpec.SOFTMAX1))
        .isEqualTo(new FusedChoice.Refuses(FusedRefusals.of(last(model)).orElseThrow()));
    assertThat(FusedRefusals.of(last(model)).orElseThrow()).contains(": ");
  }
}
