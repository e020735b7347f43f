package dev.tailgate.onnx.rewrite.fused;

import dev.tailgate.onnx.attention.FusedOperators;
import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.NodeDraft;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.rewrite.Effect;
import dev.tailgate.onnx.rewrite.NormaliserSpec;
import dev.tailgate.onnx.rewrite.RewriteScope;
import dev.tailgate.onnx.rewrite.Sink;
import dev.tailgate.onnx.rewrite.SiteEdit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Asks com.microsoft {@code GroupQueryAttention} for the sink it knows of itself.
 *
 * <pre>
 *   GroupQueryAttention(query [B,T,H*Dh], ...)
 * </pre>
 *
 * into, for Softmax1,
 *
 * <pre>
 *   GroupQueryAttention(query, ...) {smooth_softmax = 1}
 * </pre>
 *
 * and for other sinks
 *
 * <pre>
 *   GroupQueryAttention(query, ..., head_sink [H])
 * </pre>
 *
 * <p>ONNX Runtime has the attribute from release 1.20 on and the input from 1.23 on; both leave the
 * caches as they are.
 */
public final class UseSmoothSoftmax implements OperatorRule {
  UseSmoothSoftmax() {}

  @Override
  public String name() {
    return "use smooth softmax of GroupQueryAttention";
  }

  @Override
  public Effect effect() {
    return Effect.CHANGES_FUNCTION;
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
    return SinkKeyScore.fault(spec, node.intAttribute("num_heads", -1))
        .or(() -> typeFault(scope, node, spec));
  }

  private static Optional<String> typeFault(
      RewriteScope scope, OnnxNode node, NormaliserSpec spec) {
    ElementType type = scope.type(node.input(0));
    return type.isFloat() || spec.sink().filter(SinkKeyScore::isZero).isPresent()
        ? Optional.empty()
        : Optional.of("head_sink has the type of the queries, which is " + type.label());
  }

  @Override
  public void apply(RewriteScope scope, OnnxNode node, NormaliserSpec spec) {
    SiteEdit edit = scope.replacing(node.id(), List.of(node));
    Ops ops = edit.ops();
    Sink sink = spec.sink().orElseThrow();
    List<String> inputs = new ArrayList<>(node.inputs());
    if (!SinkKeyScore.isZero(sink)) {
      while (inputs.size() <= FusedOperators.HEAD_SINK) {
        inputs.add("");
      }
      long heads = node.intAttribute("num_heads", -1);
      inputs.set(
          FusedOperators.HEAD_SINK,
          ops.reals(
              "head_sink",
              scope.type(node.input(0)),
              List.of(heads),
              SinkKeyScore.logits(sink, heads)));
    }
    NodeDraft draft =
        ops.node(node.opType(), inputs.toArray(String[]::new))
            .domain(MICROSOFT)
            .attributesOf(node, "smooth_softmax");
    if (SinkKeyScore.isZero(sink)) {
      draft.attribute("smooth_softmax", 1);
    }
    edit.publish(draft, node.outputs());
  }
}
