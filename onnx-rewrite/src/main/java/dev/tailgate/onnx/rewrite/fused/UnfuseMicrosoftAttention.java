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
 * Writes com.microsoft {@code Attention}, which projects its input itself, out.
 *
 * <pre>
 *   input [B,T,Di]  weights [Di,D+D+Dv]  bias  mask_index  past [2,B,H,P,Dh]  attention_bias
 *        \              |                 |        |         |                  |
 *                              Attention
 *              output [B,T,Dv]     present [2,B,H,P+T,Dh]
 * </pre>
 *
 * into one product with the weights, the sum with the bias, its three parts, the past in front of
 * keys and values, and a {@link DecomposedAttention} with {@code attention_bias}, {@code
 * mask_index} and causality as masks.
 */
public final class UnfuseMicrosoftAttention implements OperatorRule {
  private static final int BIAS = 2;
  private static final int MASK = MicrosoftAttentionForm.MASK;
  private static final int PAST = MicrosoftAttentionForm.PAST;
  private static final int SCORE_BIAS = 5;

  UnfuseMicrosoftAttention() {}

  @Override
  public String name() {
    return "unfuse com.microsoft.Attention";
  }

  @Override
  public Effect effect() {
    return Effect.EQUIVALENT;
  }

  @Override
  public String operator() {
    return "com.microsoft.Attention";
  }

  @Override
  public boolean concerns(OnnxNode node) {
    return node.is(MICROSOFT, "Attention");
  }

  @Override
  public Optional<String> fault(RewriteScope scope, OnnxNode node, NormaliserSpec spec) {
    return MicrosoftAttentionForm.of(scope, node)
        .fault(scope, node)
        .or(() -> Int32Mask.fault(scope, node, MASK));
  }

  @Override
  public void apply(RewriteScope scope, OnnxNode node, NormaliserSpec spec) {
    MicrosoftAttentionForm form = MicrosoftAttentionForm.of(scope, node);
    SiteEdit edit = scope.replacing(node.id(), List.of(node));
    Ops ops = edit.ops();
    String projected = ops.op("MatMul", node.input(0), node.input(1));
    if (node.hasInput(BIAS)) {
      projected = ops.op("Add", projected, node.input(BIAS));
    }
    String query = part(ops, form, projected, 0, form.width());
    String key = withPast(ops, node, 0, part(ops, form, projected, form.width(), form.width()));
    String value =
        withPast(ops, node, 1, part(ops, form, projected, 2 * form.width(), form.valueWidth()));
    present(ops, node, key, value);
    DecomposedAttention.Parts parts =
        DecomposedAttention.emit(
            ops,
            new DecomposedAttention.Operands(query, key, value),
            new DecomposedAttention.Weighing(
                form.type(),
                DecomposedAttention.scale(
                    node.floatAttribute("scale", 0), form.width() / form.heads()),
                0,
                masks(edit, form, node, query, key),
                form.type(),
                false));
    edit.publish(HeadLayout.merge(ops, parts.context().add()), node.output(0));
  }

  private static String part(
      Ops ops, MicrosoftAttentionForm form, String projected, long start, long width) {
    return HeadLayout.split(ops, ops.slice(projected, start, start + width, 2).add(), form.heads());
  }

  private static String withPast(Ops ops, OnnxNode node, int which, String own) {
    return node.hasInput(PAST) ? ops.concat(2, List.of(past(ops, node, which), own)) : own;
  }

  /** Keys (0) or values (1) of earlier runs, {@code [B, H, P, Dh]}. */
  private static String past(Ops ops, OnnxNode node, int which) {
    return ops.squeeze(ops.slice(node.input(PAST), which, which + 1, 0).add(), 0);
  }

  private static void present(Ops ops, OnnxNode node, String key, String value) {
    if (!node.output(1).isEmpty()) {
      ops.node("Concat", ops.unsqueeze(key, 0), ops.unsqueeze(value, 0))
          .attribute("axis", 0)
          .addAs(List.of(node.output(1)));
    }
  }

  private static List<String> masks(
      SiteEdit edit, MicrosoftAttentionForm form, OnnxNode node, String query, String key) {
    Ops ops = edit.ops();
    List<String> masks = new ArrayList<>();
    if (node.hasInput(SCORE_BIAS)) {
      masks.add(node.input(SCORE_BIAS));
    }
    String mask = node.input(MASK);
    double filter = Int32Mask.filter(node);
    int rank = mask.isEmpty() || isOneFlag(edit, mask) ? 0 : edit.rank(mask);
    if (rank == 1) {
      KeyLengths lengths = KeyLengths.withStarts(ops, edit.graph(), mask, node.input(0));
      masks.add(ScoreMasks.bounds(ops, form.type(), key, lengths, filter));
    } else if (rank > 1) {
      masks.add(ScoreMasks.flags(ops, form.type(), mask, rank, filter));
    }
    if (Int32Mask.isCausal(node)) {
      Optional<String> past =
          node.hasInput(PAST) ? Optional.of(past(ops, node, 0)) : Optional.empty();
      masks.add(ScoreMasks.causal(ops, form.type(), query, key, past));
    }
    return masks;
  }

  /** A mask of one flag for each sequence, which the operator does not read. */
  private static boolean isOneFlag(SiteEdit edit, String mask) {
    return edit.rank(mask) == 2 && Widths.of(edit.graph(), mask, 1) == 1;
  }
}
