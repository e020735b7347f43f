package dev.tailgate.onnx.rewrite.fused;

import dev.tailgate.onnx.attention.FusedOperators;
import dev.tailgate.onnx.build.Extents;
import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.rewrite.Effect;
import dev.tailgate.onnx.rewrite.NormaliserSpec;
import dev.tailgate.onnx.rewrite.RewriteScope;
import dev.tailgate.onnx.rewrite.SiteEdit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Writes com.microsoft {@code GroupQueryAttention} without a past out.
 *
 * <pre>
 *   query [B,T,H*Dh]  key, value [B,T,Hkv*Dh]  attention_bias
 *        |              |                        |
 *                GroupQueryAttention
 *   output [B,T,H*Dh]   present [B,Hkv,T,Dh]
 * </pre>
 *
 * into the split of heads, each key head repeated for its query heads, and a causal {@link
 * DecomposedAttention}. Rows of queries behind the length of their sequence, which the operator
 * leaves undefined, come out as the others.
 */
public final class UnfuseGroupQueryAttention implements OperatorRule {
  private static final int PAST_KEY = 3;
  private static final int SCORE_BIAS = 10;
  private static final int PRODUCTS = 3;

  UnfuseGroupQueryAttention() {}

  @Override
  public String name() {
    return "unfuse GroupQueryAttention";
  }

  @Override
  public Effect effect() {
    return Effect.EQUIVALENT;
  }

  @Override
  public String operator() {
    return "GroupQueryAttention";
  }

  @Override
  public boolean concerns(OnnxNode node) {
    return node.is(MICROSOFT, "GroupQueryAttention");
  }

  @Override
  public Optional<String> fault(RewriteScope scope, OnnxNode node, NormaliserSpec spec) {
    if (node.intAttribute("do_rotary", 0) != 0) {
      return Optional.of("do_rotary turns queries and keys inside the operator");
    }
    if (!node.hasInput(1) || !node.hasInput(2)) {
      return Optional.of("queries, keys and values are packed in one tensor");
    }
    if (node.intAttribute("local_window_size", -1) > 0) {
      return Optional.of("local_window_size limits the keys of each query");
    }
    if (node.hasInput(PAST_KEY)) {
      return Optional.of("the operator places keys in a cache by lengths known at run time only");
    }
    if (node.intAttribute("causal", 1) != 1) {
      return Optional.of("causal = 0 leaves the masking to lengths known at run time only");
    }
    if (!node.output(PRODUCTS).isEmpty() || node.inputs().size() > FusedOperators.HEAD_SINK + 1) {
      return Optional.of("scores given out and quantized caches are not supported");
    }
    long heads = node.intAttribute("num_heads", -1);
    long kvHeads = node.intAttribute("kv_num_heads", -1);
    if (heads <= 0 || kvHeads <= 0 || heads % kvHeads != 0) {
      return Optional.of("num_heads must be a multiple of kv_num_heads");
    }
    ElementType type = scope.type(node.input(0));
    if (!type.isFloat()) {
      return Optional.of("the element type of the queries is " + type.label());
    }
    return scope.model().opset() < Extents.OPSET_OF_POSITIONS
        ? Optional.of("its causal mask needs opset 11, found opset " + scope.model().opset())
        : Optional.empty();
  }

  @Override
  public void apply(RewriteScope scope, OnnxNode node, NormaliserSpec spec) {
    long heads = node.intAttribute("num_heads", -1);
    long kvHeads = node.intAttribute("kv_num_heads", -1);
    ElementType type = scope.type(node.input(0));
    SiteEdit edit = scope.replacing(node.id(), List.of(node));
    Ops ops = edit.ops();
    String query = HeadLayout.split(ops, node.input(0), heads);
    String key = withPresent(ops, node, 1, kvHeads);
    String value = withPresent(ops, node, 2, kvHeads);
    List<String> masks = new ArrayList<>();
    if (node.hasInput(SCORE_BIAS)) {
      masks.add(node.input(SCORE_BIAS));
    }
    masks.add(ScoreMasks.causal(ops, type, query, key, Optional.empty()));
    long width = Widths.last(scope.graph(), node.input(0));
    DecomposedAttention.Parts parts =
        DecomposedAttention.emit(
            ops,
            new DecomposedAttention.Operands(
                query,
                HeadLayout.repeat(ops, key, kvHeads, heads),
                HeadLayout.repeat(ops, value, kvHeads, heads)),
            new DecomposedAttention.Weighing(
                type,
                DecomposedAttention.scale(
                    node.floatAttribute("scale", 0), width < 0 ? -1 : width / heads),
                node.floatAttribute("softcap", 0),
                masks,
                type,
                false));
    edit.publish(HeadLayout.merge(ops, parts.context().add()), node.output(0));
  }

  private static String withPresent(Ops ops, OnnxNode node, int input, long heads) {
    return PresentState.of(
        ops, "", HeadLayout.split(ops, node.input(input), heads), node.output(input));
  }
}
