package dev.tailgate.onnx.fused;

import dev.tailgate.onnx.build.Extents;
import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.NodeDraft;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.rewrite.RewriteScope;
import dev.tailgate.onnx.rewrite.SiteEdit;
import java.util.List;
import java.util.Optional;

/**
 * {@code EmbedLayerNormalization}: rows of the tables of words, positions and perhaps segments,
 * added and normalised. Positions count from 0 where none are given. The second output is the
 * number of tokens of each sequence that a mask leaves, or 0 without a mask.
 */
final class FusedEmbedding implements FusedForm {
  private static final int SEGMENTS = 1;
  private static final int WORD_TABLE = 2;
  private static final int POSITION_TABLE = 3;
  private static final int SEGMENT_TABLE = 4;
  private static final int SCALE = 5;
  private static final int BIAS = 6;
  private static final int MASK = 7;
  private static final int POSITIONS = 8;
  private static final float EPSILON = 1e-12f;

  @Override
  public boolean concerns(OnnxNode node) {
    return node.is(MICROSOFT, "EmbedLayerNormalization");
  }

  @Override
  public Optional<String> fault(RewriteScope scope, OnnxNode node) {
    if (scope.model().opset() < Extents.OPSET_OF_POSITIONS) {
      return Optional.of("its positions need Range, which the opset of the model lacks");
    }
    return scope.type(node.input(WORD_TABLE)).isFloat()
        ? Optional.empty()
        : Optional.of("the element type of its tables cannot be told");
  }

  @Override
  public void write(RewriteScope scope, OnnxNode node) {
    SiteEdit edit = scope.replacing(node.id(), List.of(node));
    Ops ops = edit.ops();
    String words = ops.op("Gather", node.input(WORD_TABLE), node.input(0));
    String positions =
        node.hasInput(POSITIONS)
            ? node.input(POSITIONS)
            : Extents.positions(ops, Extents.of(ops, node.input(0), 1));
    NodeDraft last =
        ops.node("Add", words, ops.op("Gather", node.input(POSITION_TABLE), positions));
    if (node.hasInput(SEGMENT_TABLE) && node.hasInput(SEGMENTS)) {
      String segments = ops.op("Gather", node.input(SEGMENT_TABLE), node.input(SEGMENTS));
      last = ops.node("Add", last.add(), segments);
    }
    String sum = node.output(2).isEmpty() ? last.add() : last.addAs(List.of(node.output(2))).get(0);
    if (!node.output(1).isEmpty()) {
      counts(ops, node).addAs(List.of(node.output(1)));
    }
    ElementType type = scope.type(node.input(WORD_TABLE));
    float epsilon = node.floatAttribute("epsilon", EPSILON);
    edit.publish(
        NormNodes.layer(ops, type, sum, node.input(SCALE), node.input(BIAS), epsilon),
        node.output(0));
  }

  private static NodeDraft counts(Ops ops, OnnxNode node) {
    boolean hasMask = node.hasInput(MASK);
    String tokens = ops.cast(node.input(hasMask ? MASK : 0), ElementType.INT32);
    String sum = ops.reduce("ReduceSum", tokens, 1);
    String none = hasMask ? sum : ops.op("Mul", sum, ops.scalar(ElementType.INT32, 0));
    return ops.node("Reshape", none, ops.longs(-1));
  }
}
