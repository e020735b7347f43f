package dev.tailgate.onnx.rewrite.fused;

import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.NodeDraft;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.rewrite.Effect;
import dev.tailgate.onnx.rewrite.NormaliserSpec;
import dev.tailgate.onnx.rewrite.RewriteScope;
import dev.tailgate.onnx.rewrite.SiteEdit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Writes ai.onnx {@code Attention} out.
 *
 * <pre>
 *   Q [B,T,H*Dh]  K, V [B,S,Hkv*Dh]        Q [B,H,T,Dh]  K, V [B,Hkv,S,Dh]
 *        |           |                                \       |
 *        Attention(is_causal, mask, past)               Attention
 *        |           |                                     |
 *   Y [B,T,H*Dv]  present [B,Hkv,P+S,Dh]            Y [B,H,T,Dv]
 * </pre>
 *
 * into the split of heads (3-D only), the past in front of keys and values, each key head repeated
 * for its query heads, and a {@link DecomposedAttention}.
 *
 * <p>Masks are added after the softcap, as the erratum of the operator has it and ONNX Runtime
 * computes it. A row whose keys are all masked gives 0 as there. Causality counts queries from the
 * end of the past. A mask narrower than the keys, which opset 24 allows and ONNX Runtime does not,
 * is not widened.
 */
public final class UnfuseOnnxAttention implements OperatorRule {
  private static final int AFTER_SOFTMAX = 3;

  UnfuseOnnxAttention() {}

  @Override
  public String name() {
    return "unfuse ai.onnx.Attention";
  }

  @Override
  public Effect effect() {
    return Effect.EQUIVALENT;
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
    return OnnxAttentionForm.of(scope, node).fault(scope, node).or(() -> modeFault(node));
  }

  private static Optional<String> modeFault(OnnxNode node) {
    long mode = node.intAttribute("qk_matmul_output_mode", 0);
    boolean between = mode != 0 && mode != AFTER_SOFTMAX;
    return OnnxAttentionForm.asks(node, OnnxAttentionForm.PRODUCTS) && between && alters(node)
        ? Optional.of(
            "the node gives out scores of qk_matmul_output_mode "
                + mode
                + ", which are those before or after the mask depending on the revision of the"
                + " operator")
        : Optional.empty();
  }

  /** Whether anything lies between scaled products and the softmax. */
  private static boolean alters(OnnxNode node) {
    return node.floatAttribute("softcap", 0) != 0
        || node.hasInput(OnnxAttentionForm.MASK)
        || node.hasInput(OnnxAttentionForm.LENGTHS)
        || OnnxAttentionForm.isCausal(node);
  }

  @Override
  public void apply(RewriteScope scope, OnnxNode node, NormaliserSpec spec) {
    OnnxAttentionForm form = OnnxAttentionForm.of(scope, node);
    SiteEdit edit = scope.replacing(node.id(), List.of(node));
    Ops ops = edit.ops();
    boolean flat = form.rank() == 3;
    String query = flat ? HeadLayout.split(ops, node.input(0), form.heads()) : node.input(0);
    String key = withPast(ops, form, node, 1);
    String value = withPast(ops, form, node, 2);
    long width = Widths.last(scope.graph(), node.input(0));
    DecomposedAttention.Parts parts =
        DecomposedAttention.emit(
            ops,
            new DecomposedAttention.Operands(
                query,
                HeadLayout.repeat(ops, key, form.kvHeads(), form.heads()),
                HeadLayout.repeat(ops, value, form.kvHeads(), form.heads())),
            new DecomposedAttention.Weighing(
                form.type(),
                DecomposedAttention.scale(
                    node.floatAttribute("scale", 0), flat ? width / form.heads() : width),
                node.floatAttribute("softcap", 0),
                masks(edit, form, node, query, key),
                softmaxType(form, node),
                node.hasInput(OnnxAttentionForm.MASK) || node.hasInput(OnnxAttentionForm.LENGTHS)));
    if (OnnxAttentionForm.asks(node, OnnxAttentionForm.PRODUCTS)) {
      boolean after = node.intAttribute("qk_matmul_output_mode", 0) == AFTER_SOFTMAX;
      ops.node("Identity", after ? parts.probs() : parts.scores())
          .addAs(List.of(node.output(OnnxAttentionForm.PRODUCTS)));
    }
    NodeDraft last = flat ? HeadLayout.merge(ops, parts.context().add()) : parts.context();
    edit.publish(last, node.output(0));
  }

  /** Keys or values with their past in front, {@code [B, Hkv, P + S, D]}. */
  private static String withPast(Ops ops, OnnxAttentionForm form, OnnxNode node, int input) {
    String own =
        form.rank() == 3
            ? HeadLayout.split(ops, node.input(input), form.kvHeads())
            : node.input(input);
    return PresentState.of(
        ops, node.input(OnnxAttentionForm.PAST_KEY + input - 1), own, node.output(input));
  }

  private static List<String> masks(
      SiteEdit edit, OnnxAttentionForm form, OnnxNode node, String query, String key) {
    Ops ops = edit.ops();
    List<String> masks = new ArrayList<>();
    String given = node.input(OnnxAttentionForm.MASK);
    if (!given.isEmpty()) {
      boolean flags = edit.type(given) == ElementType.BOOL;
      masks.add(flags ? ScoreMasks.seen(ops, form.type(), given) : given);
    }
    if (OnnxAttentionForm.isCausal(node)) {
      Optional<String> past =
          Optional.of(node.input(OnnxAttentionForm.PAST_KEY)).filter(p -> !p.isEmpty());
      masks.add(ScoreMasks.causal(ops, form.type(), query, key, past));
    }
    if (node.hasInput(OnnxAttentionForm.LENGTHS)) {
      masks.add(ScoreMasks.lengths(ops, form.type(), key, node.input(OnnxAttentionForm.LENGTHS)));
    }
    return masks;
  }

  private static ElementType softmaxType(OnnxAttentionForm form, OnnxNode node) {
    ElementType wanted = ElementType.ofCode((int) node.intAttribute("softmax_precision", 0));
    return wanted.isFloat() ? wanted : form.type();
  }
}
