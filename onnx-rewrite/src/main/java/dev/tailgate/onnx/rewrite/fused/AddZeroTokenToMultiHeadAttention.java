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
 * Gives com.microsoft {@code MultiHeadAttention} a sink by one more key and value of zeros in front
 * of the others: its score is 0 and what goes to it adds nothing.
 *
 * <pre>
 *   query  key [B,S,D]  value [B,S,Dv]  mask [B,S]  attention_bias [B,H,T,S]
 *      \      |            |             |            |
 *                 MultiHeadAttention
 * </pre>
 *
 * into
 *
 * <pre>
 *   query  key          value           mask        attention_bias
 *      |   Pad 0 [1+S]  Pad 0 [1+S]     Pad 1       Pad with the logit of the sink
 *      \      |            |             |            |
 *                 MultiHeadAttention
 * </pre>
 *
 * <p>A bias of the projections is added before the padding, for inside the operator it would be
 * added to the zeros too. A row whose keys are all masked keeps {@code mask_filter_value} as score,
 * beside which the sink takes everything: the context is exactly 0 with the usual -10000, and
 * {@code exp(mask_filter_value)} of what it was otherwise.
 *
 * <p>Causality counts positions, so that queries would see one key less; and a present that is
 * given out would hold the zeros. Both are refused here, and can be unfused.
 */
public final class AddZeroTokenToMultiHeadAttention implements OperatorRule {
  private static final int OPSET_OF_FILLED = 9;

  AddZeroTokenToMultiHeadAttention() {}

  @Override
  public String name() {
    return "add a zero token to MultiHeadAttention";
  }

  @Override
  public Effect effect() {
    return Effect.CHANGES_FUNCTION;
  }

  @Override
  public String operator() {
    return "MultiHeadAttention";
  }

  @Override
  public boolean concerns(OnnxNode node) {
    return MultiHeadForm.isMultiHeadAttention(node);
  }

  @Override
  public Optional<String> fault(RewriteScope scope, OnnxNode node, NormaliserSpec spec) {
    MultiHeadForm form = MultiHeadForm.of(scope, node);
    return SinkKeyScore.fault(spec, form.heads())
        .or(() -> form.fault(scope, node))
        .or(() -> positionFault(node))
        .or(() -> opsetFault(scope, node, spec.sink().orElseThrow()));
  }

  private static Optional<String> positionFault(OnnxNode node) {
    if (Int32Mask.isCausal(node)) {
      return Optional.of("unidirectional = 1 would hide one key too many beside a zero token");
    }
    return node.hasInput(MultiHeadForm.PAST_KEY)
            || !node.output(1).isEmpty()
            || !node.output(2).isEmpty()
        ? Optional.of("keys and values of past or present would hold the zero token")
        : Optional.empty();
  }

  private static Optional<String> opsetFault(RewriteScope scope, OnnxNode node, Sink sink) {
    int opset = scope.model().opset();
    boolean lengths =
        node.hasInput(MultiHeadForm.MASK) && scope.rank(node.input(MultiHeadForm.MASK)) == 1;
    if (lengths && opset < Extents.OPSET_OF_SLICES) {
      return Optional.of("a mask of lengths needs opset 10, found opset " + opset);
    }
    return !SinkKeyScore.isZero(sink) && opset < OPSET_OF_FILLED
        ? Optional.of("a sink other than 0 needs opset 9, found opset " + opset)
        : Optional.empty();
  }

  @Override
  public void apply(RewriteScope scope, OnnxNode node, NormaliserSpec spec) {
    MultiHeadForm form = MultiHeadForm.of(scope, node);
    SiteEdit edit = scope.replacing(node.id(), List.of(node));
    Ops ops = edit.ops();
    String query = form.biased(ops, node, 0);
    String key = padded(ops, form, form.biased(ops, node, 1));
    String value = padded(ops, form, form.biased(ops, node, 2));
    NodeDraft draft =
        ops.node(
                node.opType(),
                query,
                key,
                value,
                "",
                mask(edit, node),
                scoreBias(ops, form, node, spec.sink().orElseThrow()))
            .domain(MICROSOFT)
            .attributesOf(node);
    edit.publish(FusedNormaliser.marked(draft), node.output(0));
  }

  private static String padded(Ops ops, MultiHeadForm form, String keys) {
    return form.perHead()
        ? ops.padFront(keys, form.type(), 4, 2, 0)
        : ops.padFront(keys, form.type(), 3, 1, 0);
  }

  private static String mask(SiteEdit edit, OnnxNode node) {
    String mask = node.input(MultiHeadForm.MASK);
    if (mask.isEmpty()) {
      return "";
    }
    Ops ops = edit.ops();
    int rank = edit.rank(mask);
    if (rank == 1) {
      String lengths = KeyLengths.leading(ops, edit.graph(), mask, node.input(0)).ends();
      return ops.op("Add", lengths, ops.scalar(ElementType.INT32, 1));
    }
    return ops.padFront(mask, ElementType.INT32, rank, rank - 1, 1);
  }

  private static String scoreBias(Ops ops, MultiHeadForm form, OnnxNode node, Sink sink) {
    String bias = node.input(MultiHeadForm.SCORE_BIAS);
    if (bias.isEmpty()) {
      if (SinkKeyScore.isZero(sink)) {
        return "";
      }
      bias =
          SinkKeyScore.empty(
              ops,
              form.type(),
              Extents.of(ops, node.input(0), 1),
              Extents.of(ops, node.input(1), form.perHead() ? 2 : 1));
    }
    return SinkKeyScore.widen(ops, form.type(), sink, bias, 4);
  }
}
