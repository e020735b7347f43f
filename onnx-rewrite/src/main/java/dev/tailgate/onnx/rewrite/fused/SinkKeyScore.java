package dev.tailgate.onnx.rewrite.fused;

import dev.tailgate.onnx.build.Extents;
import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.rewrite.NormaliserSpec;
import dev.tailgate.onnx.rewrite.Sink;
import dev.tailgate.onnx.rewrite.SoftmaxSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The logit of a sink as the score of one more key in front of the others. The key is a row of
 * zeros, so its product with every query is 0 and what the mask adds is the logit.
 */
final class SinkKeyScore {
  private static final int KEYS = 3;

  private SinkKeyScore() {}

  /** The sink of {@code spec} where a further key can stand for it, else why it cannot. */
  static Optional<String> fault(NormaliserSpec spec, long heads) {
    if (spec.sink().isEmpty()) {
      return Optional.of("a further key stands for a sink, and the normaliser has none");
    }
    if (spec instanceof SoftmaxSpec softmax && softmax.clipping().isPresent()) {
      return Optional.of("the operator cannot clip its probabilities");
    }
    if (spec.sink().get() instanceof Sink.PerHead sink && sink.logits().length != heads) {
      return Optional.of(
          "a sink for each of " + heads + " heads is expected, found " + sink.logits().length);
    }
    return Optional.empty();
  }

  static boolean isZero(Sink sink) {
    return sink.equals(Sink.ZERO);
  }

  /** Each head's logit. */
  static double[] logits(Sink sink, long heads) {
    if (sink instanceof Sink.PerHead perHead) {
      return perHead.logits();
    }
    double[] same = new double[Math.toIntExact(heads)];
    Arrays.fill(same, ((Sink.Logit) sink).value());
    return same;
  }

  /**
   * A column with the logits in front of an additive mask of {@code rank} dimensions that
   * broadcasts to {@code [B, H, T, S]}: {@code [..., S]} to {@code [..., 1 + S]}.
   */
  static String widen(Ops ops, ElementType type, Sink sink, String mask, int rank) {
    return sink instanceof Sink.PerHead perHead
        ? perHead(ops, type, perHead.logits(), mask)
        : ops.padFront(mask, type, rank, rank - 1, ((Sink.Logit) sink).value());
  }

  private static String perHead(Ops ops, ElementType type, double[] logits, String mask) {
    List<Long> dims = List.of(1L, (long) logits.length, 1L, 1L);
    String heads = ops.op("Add", mask, ops.reals("heads", type, dims, new double[logits.length]));
    String shape =
        Extents.shape(
            ops,
            Extents.of(ops, heads, 0),
            Extents.of(ops, heads, 1),
            Extents.of(ops, heads, 2),
            ops.longs(1));
    String column = Extents.expand(ops, ops.reals("sink", type, dims, logits), shape);
    return ops.concat(KEYS, List.of(column, heads));
  }

  /** A mask that masks nothing, {@code [1, 1, T, S]}, for extents {@code T} and {@code S}. */
  static String empty(Ops ops, ElementType type, String queries, String keys) {
    return Extents.zeros(ops, type, Extents.shape(ops, ops.longs(1, 1), queries, keys));
  }
}
