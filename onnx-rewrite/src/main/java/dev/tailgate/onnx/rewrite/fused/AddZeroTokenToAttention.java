package dev.tailgate.onnx.rewrite.fused;

import dev.tailgate.onnx.build.Extents;
import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.NodeDraft;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.rewrite.Effect;
import dev.tailgate.onnx.rewrite.NormaliserSpec;
import dev.tailgate.onnx.rewrite.RewriteScope;
import dev.tailgate.onnx.rewrite.Sink;
import dev.tailgate.onnx.rewrite.SiteEdit;
import java.util.List;
import java.util.Optional;

/**
 * Gives ai.onnx {@code Attention} (opset 23 and 24) a sink by one more key and value of zeros in
 * front of the others: its score is 0, also after a softcap, and what goes to it adds nothing.
 *
 * <pre>
 *   Attention(Q, K [B,S,Hkv*Dh], V, mask [T,S])
 * </pre>
 *
 * into
 *
 * <pre>
 *   Attention(Q, Pad(K) [B,1+S,Hkv*Dh], Pad(V), Pad(mask) [T,1+S])
 * </pre>
 *
 * and, where the operator is causal,
 *
 * <pre>
 *   Attention(Q, K, V, Pad(mask), zeros [B,Hkv,1,Dh], zeros [B,Hkv,1,Dv]) {is_causal = 1}
 * </pre>
 *
 * because every query sees all of the past. Masks get a column in front: true in a bool mask, the
 * logit of the sink in an additive one. A row whose keys are all masked gives exactly 0.
 *
 * <p>Refused, and left to be unfused: a past or a present of the model's own, which would hold the
 * zeros; scores that are given out; lengths of causal sequences, which exclude a past; a sink other
 * than 0 beside a softcap, since releases of ONNX Runtime differ in what they apply first.
 */
public final class AddZeroTokenToAttention implements OperatorRule {
  AddZeroTokenToAttention() {}

  @Override
  public String name() {
    return "add a zero token to ai.onnx.Attention";
  }

  @Override
  public Effect effect() {
    return Effect.CHANGES_FUNCTION;
  }

  @Override
  public String operator() {
    return "ai.onnx.Attention";
  }

  @Override
  public boolean concerns(OnnxNode node) {
    return OnnxAttentionForm.isOnnxAttention(node);
  }

  @Override
  public Optional<String> fault(RewriteScope scope, OnnxNode node, NormaliserSpec spec) {
    OnnxAttentionForm form = OnnxAttentionForm.of(scope, node);
    return SinkKeyScore.fault(spec, form.heads())
        .or(() -> form.fault(scope, node))
        .or(() -> stateFault(node))
        .or(() -> maskFault(scope, node, spec.sink().orElseThrow()));
  }

  private static Optional<String> stateFault(OnnxNode node) {
    if (node.hasInput(OnnxAttentionForm.PAST_KEY)
        || OnnxAttentionForm.asks(node, OnnxAttentionForm.PRESENT_KEY)
        || OnnxAttentionForm.asks(node, OnnxAttentionForm.PRESENT_VALUE)) {
      return Optional.of("keys and values of past or present would hold the zero token");
    }
    if (OnnxAttentionForm.asks(node, OnnxAttentionForm.PRODUCTS)) {
      return Optional.of("the scores that are given out would have a column more");
    }
    return node.hasInput(OnnxAttentionForm.LENGTHS) && OnnxAttentionForm.isCausal(node)
        ? Optional.of("nonpad_kv_seqlen excludes the past that a causal zero token needs")
        : Optional.empty();
  }

  private static Optional<String> maskFault(RewriteScope scope, OnnxNode node, Sink sink) {
    String mask = node.input(OnnxAttentionForm.MASK);
    if (!mask.isEmpty() && (scope.rank(mask) < 2 || scope.rank(mask) > 4)) {
      return Optional.of("a mask of 2 to 4 dimensions is expected, and the graph states none");
    }
    return !SinkKeyScore.isZero(sink) && node.floatAttribute("softcap", 0) != 0
        ? Optional.of("a sink other than 0 would be capped with the scores by some runtimes")
        : Optional.empty();
  }

  @Override
  public void apply(RewriteScope scope, OnnxNode node, NormaliserSpec spec) {
    OnnxAttentionForm form = OnnxAttentionForm.of(scope, node);
    SiteEdit edit = scope.replacing(node.id(), List.of(node));
    Ops ops = edit.ops();
    String mask = mask(edit, form, node, spec.sink().orElseThrow());
    NodeDraft draft;
    if (OnnxAttentionForm.isCausal(node)) {
      // ONNX Runtime wants the present wherever there is a past.
      draft =
          ops.node(node.opType(), node.input(0), node.input(1), node.input(2), mask)
              .in(zeros(ops, form, node.input(1)), zeros(ops, form, node.input(2)));
    } else {
      draft =
          ops.node(
              node.opType(),
              node.input(0),
              padded(ops, form, node.input(1)),
              padded(ops, form, node.input(2)),
              mask);
      lengths(ops, node).ifPresent(l -> draft.in("", "", l));
    }
    FusedNormaliser.marked(draft.attributesOf(node));
    List<String> outputs =
        OnnxAttentionForm.isCausal(node)
            ? List.of(node.output(0), fresh(ops, "present_key"), fresh(ops, "present_value"))
            : List.of(node.output(0));
    edit.publish(draft, outputs);
  }

  private static String fresh(Ops ops, String name) {
    return ops.edit().fresh(Ops.PREFIX + name);
  }

  private static String padded(Ops ops, OnnxAttentionForm form, String keys) {
    return ops.padFront(keys, form.type(), form.rank(), form.rank() - 2, 0);
  }

  private static Optional<String> lengths(Ops ops, OnnxNode node) {
    return node.hasInput(OnnxAttentionForm.LENGTHS)
        ? Optional.of(
            ops.op("Add", node.input(OnnxAttentionForm.LENGTHS), ops.scalar(ElementType.INT64, 1)))
        : Optional.empty();
  }

  /** One row of zeros for each key head, {@code [B, Hkv, 1, D]}. */
  private static String zeros(Ops ops, OnnxAttentionForm form, String keys) {
    String last = Extents.of(ops, keys, form.rank() - 1);
    String width = form.rank() == 4 ? last : ops.op("Div", last, ops.longs(form.kvHeads()));
    String shape =
        Extents.shape(ops, Extents.of(ops, keys, 0), ops.longs(form.kvHeads(), 1), width);
    return Extents.zeros(ops, form.type(), shape);
  }

  private static String mask(SiteEdit edit, OnnxAttentionForm form, OnnxNode node, Sink sink) {
    Ops ops = edit.ops();
    String given = node.input(OnnxAttentionForm.MASK);
    boolean flags = !given.isEmpty() && edit.type(given) == ElementType.BOOL;
    if (SinkKeyScore.isZero(sink) && (given.isEmpty() || flags)) {
      int rank = edit.rank(given);
      return given.isEmpty() ? "" : ops.padFront(given, ElementType.BOOL, rank, rank - 1, 1);
    }
    String additive = flags ? ScoreMasks.seen(ops, form.type(), given) : given;
    if (given.isEmpty()) {
      int positions = form.rank() - 2;
      additive =
          SinkKeyScore.empty(
              ops,
              form.type(),
              Extents.of(ops, node.input(0), positions),
              Extents.of(ops, node.input(1), positions));
    }
    return SinkKeyScore.widen(
        ops, form.type(), sink, additive, given.isEmpty() ? 4 : edit.rank(given));
  }
}
