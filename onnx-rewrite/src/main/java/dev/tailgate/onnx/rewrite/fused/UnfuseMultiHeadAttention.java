package dev.tailgate.onnx.rewrite.fused;

import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.rewrite.Effect;
import dev.tailgate.onnx.rewrite.NormaliserSpec;
import dev.tailgate.onnx.rewrite.RewriteScope;
import dev.tailgate.onnx.rewrite.SiteEdit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Writes com.microsoft {@code MultiHeadAttention} out.
 *
 * <pre>
 *   query [B,T,D]  key [B,S,D]  value [B,S,Dv]
 *        |           |            |
 *   MultiHeadAttention(bias, key_padding_mask, attention_bias, past)
 *        |                        |
 *   output [B,T,Dv]          present [B,H,P+S,Dh]
 * </pre>
 *
 * into the sum with the bias, the split of heads, the past in front of keys and values, and a
 * {@link DecomposedAttention} with {@code attention_bias}, padding and causality as masks.
 */
public final class UnfuseMultiHeadAttention implements OperatorRule {
  UnfuseMultiHeadAttention() {}

  @Override
  public String name() {
    return "unfuse MultiHeadAttention";
  }

  @Override
  public Effect effect() {
    return Effect.EQUIVALENT;
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
    return MultiHeadForm.of(scope, node)
        .fault(scope, node)
        .or(() -> Int32Mask.fault(scope, node, MultiHeadForm.MASK));
  }

  @Override
  public void apply(RewriteScope scope, OnnxNode node, NormaliserSpec spec) {
    MultiHeadForm form = MultiHeadForm.of(scope, node);
    SiteEdit edit = scope.replacing(node.id(), List.of(node));
    Ops ops = edit.ops();
    String query = HeadLayout.split(ops, form.biased(ops, node, 0), form.heads());
    String key = withPast(ops, form, node, 1);
    String value = withPast(ops, form, node, 2);
    long headWidth = form.width() < 0 ? -1 : form.width() / form.heads();
    DecomposedAttention.Parts parts =
        DecomposedAttention.emit(
            ops,
            new DecomposedAttention.Operands(query, key, value),
            new DecomposedAttention.Weighing(
                form.type(),
                DecomposedAttention.scale(node.floatAttribute("scale", 0), headWidth),
                0,
                masks(edit, form, node, query, key),
                form.type(),
                false));
    edit.publish(HeadLayout.merge(ops, parts.context().add()), node.output(0));
  }

  private static String withPast(Ops ops, MultiHeadForm form, OnnxNode node, int input) {
    String own = form.biased(ops, node, input);
    return PresentState.of(
        ops,
        node.input(MultiHeadForm.PAST_KEY + input - 1),
        form.perHead() ? own : HeadLayout.split(ops, own, form.heads()),
        node.output(input));
  }

  private static List<String> masks(
      SiteEdit edit, MultiHeadForm form, OnnxNode node, String query, String key) {
    Ops ops = edit.ops();
    List<String> masks = new ArrayList<>();
    if (node.hasInput(MultiHeadForm.SCORE_BIAS)) {
      masks.add(node.input(MultiHeadForm.SCORE_BIAS));
    }
    if (node.hasInput(MultiHeadForm.MASK)) {
      String mask = node.input(MultiHeadForm.MASK);
      int rank = edit.rank(mask);
      double filter = Int32Mask.filter(node);
      masks.add(
          rank == 1
              ? ScoreMasks.bounds(
                  ops,
                  form.type(),
                  key,
                  KeyLengths.leading(ops, edit.graph(), mask, node.input(0)),
                  filter)
              : ScoreMasks.flags(ops, form.type(), mask, rank, filter));
    }
    if (Int32Mask.isCausal(node)) {
      Optional<String> past =
          Optional.of(node.input(MultiHeadForm.PAST_KEY)).filter(p -> !p.isEmpty());
      masks.add(ScoreMasks.causal(ops, form.type(), query, key, past));
    }
    return masks;
  }
}
