package dev.tailgate.onnx.fused;

import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.NodeDraft;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.rewrite.RewriteScope;
import dev.tailgate.onnx.rewrite.SiteEdit;
import java.util.List;
import java.util.Optional;

/**
 * {@code SkipLayerNormalization} and {@code SkipSimplifiedLayerNormalization}: the sum of an input,
 * another and perhaps a bias, which is given out too, and its norm over the last axis.
 */
final class FusedSkipNorm implements FusedForm {
  private static final String LAYER = "SkipLayerNormalization";
  private static final String ROOT = "SkipSimplifiedLayerNormalization";
  private static final int SKIP = 1;
  private static final int SCALE = 2;
  private static final int SUM = 3;
  private static final float EPSILON = 1e-12f;

  @Override
  public boolean concerns(OnnxNode node) {
    return node.is(MICROSOFT, LAYER) || node.is(MICROSOFT, ROOT);
  }

  @Override
  public Optional<String> fault(RewriteScope scope, OnnxNode node) {
    if (!node.output(1).isEmpty() || !node.output(2).isEmpty()) {
      return Optional.of("mean or deviation are given out");
    }
    return scope.type(node.input(0)).isFloat()
        ? Optional.empty()
        : Optional.of("the element type of its input cannot be told");
  }

  @Override
  public void write(RewriteScope scope, OnnxNode node) {
    SiteEdit edit = scope.replacing(node.id(), List.of(node));
    Ops ops = edit.ops();
    ElementType type = scope.type(node.input(0));
    boolean isLayer = node.opType().equals(LAYER);
    String bias = node.input(isLayer ? 4 : 3);
    String other = node.input(SKIP);
    String first = bias.isEmpty() ? node.input(0) : ops.op("Add", node.input(0), bias);
    NodeDraft last = ops.node("Add", first, other);
    String sum =
        node.output(SUM).isEmpty() ? last.add() : last.addAs(List.of(node.output(SUM))).get(0);
    float epsilon = node.floatAttribute("epsilon", EPSILON);
    String scale = node.input(SCALE);
    edit.publish(
        isLayer
            ? NormNodes.layer(ops, type, sum, scale, node.input(3), epsilon)
            : NormNodes.root(ops, type, sum, scale, epsilon),
        node.output(0));
  }
}
