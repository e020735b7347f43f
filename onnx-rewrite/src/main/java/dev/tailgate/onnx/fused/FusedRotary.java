package dev.tailgate.onnx.fused;

import dev.tailgate.onnx.build.Extents;
import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.rewrite.RewriteScope;
import dev.tailgate.onnx.rewrite.SiteEdit;
import dev.tailgate.onnx.rewrite.fused.Widths;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code RotaryEmbedding} of ONNX and of ONNX Runtime: pairs {@code (a, b)} of the first {@code 2
 * h} channels of a head become {@code (a cos - b sin, a sin + b cos)}, with tables of {@code h}
 * columns and a row a position.
 *
 * <pre>
 *   x [B,H,T,Dh], or [B,T,H*Dh], which becomes [B,T,H,Dh]
 *   cos, sin: rows of their tables by position [B,T], or [B,T,h] already (ONNX)
 *   pairs: channels i and i + h, or with interleaved 2i and 2i + 1
 * </pre>
 */
final class FusedRotary implements FusedForm {
  private static final String NAME = "RotaryEmbedding";

  /** Inputs of one of the two operators. */
  private record Inputs(String positions, String cos, String sin) {
    static Inputs of(OnnxNode node) {
      return node.domain().equals(MICROSOFT)
          ? new Inputs(node.input(1), node.input(2), node.input(3))
          : new Inputs(node.input(3), node.input(1), node.input(2));
    }
  }

  @Override
  public boolean concerns(OnnxNode node) {
    return node.is(MICROSOFT, NAME) || node.is(NAME);
  }

  @Override
  public Optional<String> fault(RewriteScope scope, OnnxNode node) {
    Inputs inputs = Inputs.of(node);
    if (node.intAttribute("is_packed_batching", 0) != 0 || node.floatAttribute("scale", 1) != 1) {
      return Optional.of("it has packed batches or a scale");
    }
    int rank = scope.rank(node.input(0));
    if (rank != 3 && rank != 4) {
      return Optional.of("the rank of its input cannot be told");
    }
    if (!inputs.positions().isEmpty() && scope.rank(inputs.positions()) < 1) {
      return Optional.of("the rank of its positions cannot be told");
    }
    if (half(scope, node, inputs) < 0) {
      return Optional.of("the width of its tables cannot be told");
    }
    return Optional.empty();
  }

  private static long half(RewriteScope scope, OnnxNode node, Inputs inputs) {
    long given = node.intAttribute("rotary_embedding_dim", 0);
    return given > 0 ? given / 2 : Widths.last(scope.graph(), inputs.cos());
  }

  @Override
  public void write(RewriteScope scope, OnnxNode node) {
    SiteEdit edit = scope.replacing(node.id(), List.of(node));
    Ops ops = edit.ops();
    Inputs inputs = Inputs.of(node);
    long h = half(scope, node, inputs);
    boolean isFlat = scope.rank(node.input(0)) == 3;
    String x = isFlat ? heads(ops, node, h) : node.input(0);
    String cos = rows(scope, ops, inputs, inputs.cos(), node, isFlat);
    String sin = rows(scope, ops, inputs, inputs.sin(), node, isFlat);
    boolean isInterleaved = node.intAttribute("interleaved", 0) != 0;
    List<String> parts =
        isInterleaved ? interleaved(ops, x, h, cos, sin) : halves(ops, x, h, cos, sin);
    if (node.intAttribute("rotary_embedding_dim", 0) > 0) {
      parts.add(ops.slice(x, 2 * h, Long.MAX_VALUE, 3).add());
    }
    String turned = ops.concat(3, parts);
    edit.publish(
        isFlat
            ? ops.node("Reshape", turned, ops.op("Shape", node.input(0)))
            : ops.node("Identity", turned),
        node.output(0));
  }

  private static String heads(Ops ops, OnnxNode node, long h) {
    long heads = node.intAttribute("num_heads", 0);
    return heads > 0
        ? ops.reshape(node.input(0), 0, 0, heads, -1)
        : ops.reshape(node.input(0), 0, 0, -1, 2 * h);
  }

  /** The rows of a table, so that they broadcast over heads. */
  private static String rows(
      RewriteScope scope, Ops ops, Inputs inputs, String table, OnnxNode node, boolean isFlat) {
    String positions = inputs.positions();
    if (positions.isEmpty()) {
      return ops.unsqueeze(table, isFlat ? 2 : 1);
    }
    if (scope.rank(positions) == 1) {
      // One position: that of the first token.
      String length = Extents.of(ops, node.input(0), isFlat ? 1 : 2);
      String from = ops.cast(positions, ElementType.INT64);
      String tokens = ops.op("Gather", table, ops.op("Add", Extents.positions(ops, length), from));
      return isFlat ? ops.unsqueeze(tokens, 1) : tokens;
    }
    return ops.unsqueeze(ops.op("Gather", table, positions), isFlat ? 2 : 1);
  }

  private static List<String> halves(Ops ops, String x, long h, String cos, String sin) {
    String a = ops.slice(x, 0, h, 3).add();
    String b = ops.slice(x, h, 2 * h, 3).add();
    return new ArrayList<>(List.of(first(ops, a, b, cos, sin), second(ops, a, b, cos, sin)));
  }

  private static List<String> interleaved(Ops ops, String x, long h, String cos, String sin) {
    String pairs = ops.reshape(ops.slice(x, 0, 2 * h, 3).add(), 0, 0, 0, h, 2);
    String a = ops.squeeze(ops.slice(pairs, 0, 1, 4).add(), 4);
    String b = ops.squeeze(ops.slice(pairs, 1, 2, 4).add(), 4);
    String joined =
        ops.concat(
            4,
            List.of(
                ops.unsqueeze(first(ops, a, b, cos, sin), 4),
                ops.unsqueeze(second(ops, a, b, cos, sin), 4)));
    return new ArrayList<>(List.of(ops.reshape(joined, 0, 0, 0, 2 * h)));
  }

  private static String first(Ops ops, String a, String b, String cos, String sin) {
    return ops.op("Sub", ops.op("Mul", a, cos), ops.op("Mul", b, sin));
  }

  private static String second(Ops ops, String a, String b, String cos, String sin) {
    return ops.op("Add", ops.op("Mul", a, sin), ops.op("Mul", b, cos));
  }
}
