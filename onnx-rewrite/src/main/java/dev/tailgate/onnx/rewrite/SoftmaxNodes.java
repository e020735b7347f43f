package dev.tailgate.onnx.rewrite;

import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.NodeDraft;
import java.util.List;

/**
 * Writes softmax and its relatives over the last axis of scores {@code z [B, H, T, S]} or {@code
 * [B*H, T, S]}:
 *
 * <pre>
 *   z ─ Pad(a column of sink logits) ─ Softmax ─ Slice(drop it) ─[Mul, Add, Clip]
 * </pre>
 *
 * The runtime's Softmax subtracts a maximum that includes the sink, so this is the stable form
 * {@code m = max(s, max z)}: rows whose scores are all minus infinity give exactly 0, and nothing
 * overflows. Among the ways to write Softmax1 it is also the one whose every step the runtime has a
 * fast kernel for.
 */
final class SoftmaxNodes {
  private final Ops ops;
  private final ScoreForm form;
  private final ElementType type;
  private final int rank;

  SoftmaxNodes(Ops ops, ScoreForm form) {
    this.ops = ops;
    this.form = form;
    this.type = form.type();
    this.rank = form.rank();
  }

  /** The node that makes the probabilities, to be added by the caller. */
  NodeDraft write(SoftmaxSpec spec, String scores) {
    if (spec.clipping().isEmpty()) {
      return unclipped(spec, scores);
    }
    return clipped(spec.clipping().get(), unclipped(spec, scores).add(), scores);
  }

  private NodeDraft unclipped(SoftmaxSpec spec, String scores) {
    if (spec.sink().isEmpty()) {
      return softmax(scores);
    }
    if (spec.sink().get() instanceof Sink.PerHead heads) {
      return perHead(heads.logits(), scores);
    }
    double logit = ((Sink.Logit) spec.sink().get()).value();
    return ops.slice(softmax(padded(scores, logit)).add(), 0, -1, form.lastAxis());
  }

  private NodeDraft softmax(String scores) {
    return ops.node("Softmax", scores).attribute("axis", form.lastAxis());
  }

  /** Negative axes exist since opset 11. */
  private long lastAxis(int dims) {
    return ops.opset() >= 11 ? -1 : dims - 1L;
  }

  /** A number of the scores' type; where no declaration tells that, the runtime is asked. */
  private String scalar(String scores, double value) {
    return type.isFloat()
        ? ops.scalar(type, value)
        : ops.op("CastLike", ops.scalar(ElementType.FLOAT, value), scores);
  }

  private String padded(String scores, double logit) {
    if (ops.opset() >= 18) {
      String value = logit == 0 ? "" : scalar(scores, logit);
      return ops.op("Pad", scores, ops.longs(0, 1), value, ops.longs(-1));
    }
    if (rank < 0) {
      return ops.concat(-1, List.of(scores, column(scores, logit)));
    }
    long[] pads = new long[2 * rank];
    pads[2 * rank - 1] = 1;
    return ops.pad(scores, pads, logit, () -> logit == 0 ? "" : scalar(scores, logit));
  }

  /** A column {@code [..., 1]} as long as the scores are, for ranks that are not known. */
  private String column(String scores, double logit) {
    ElementType made = type.isFloat() ? type : ElementType.FLOAT;
    ConstantTensor value = ConstantTensor.ofReals("", made, List.of(1L), logit);
    String column =
        ops.node("ConstantOfShape", columnShape(scores)).attribute("value", value).add();
    return type.isFloat() ? column : ops.op("CastLike", column, scores);
  }

  private String columnShape(String scores) {
    String rows = ops.slice(ops.op("Shape", scores), 0, -1, 0).add();
    return ops.concat(0, List.of(rows, ops.longs(1)));
  }

  /** Heads lie on axis 1 of four; where they are folded into the batch, they are unfolded first. */
  private NodeDraft perHead(double[] logits, String scores) {
    long heads = logits.length;
    String unfolded = scores;
    String shape = ops.op("Shape", scores);
    if (rank == 3) {
      String tail = ops.slice(shape, 1, 3, 0).add();
      unfolded = ops.op("Reshape", scores, ops.concat(0, List.of(ops.longs(-1, heads), tail)));
    }
    String sinks = ops.reals("sink", type, List.of(1L, heads, 1L, 1L), logits);
    String column = ops.op("Expand", sinks, columnShape(unfolded));
    String wide = ops.concat(ops.opset() >= 11 ? -1 : 3, List.of(unfolded, column));
    String all = ops.node("Softmax", wide).attribute("axis", lastAxis(4)).add();
    NodeDraft kept = ops.slice(all, 0, -1, lastAxis(4));
    return rank == 3 ? ops.node("Reshape", kept.add(), shape) : kept;
  }

  private NodeDraft clipped(Clipping clipping, String probs, String scores) {
    String stretch;
    String shift;
    if (clipping instanceof Clipping.Bounds bounds) {
      stretch = scalar(scores, bounds.zeta() - bounds.gamma());
      shift = scalar(scores, bounds.gamma());
    } else {
      double alpha = ((Clipping.PerLength) clipping).alpha();
      String keys = ops.slice(ops.op("Shape", scores), -1, Long.MAX_VALUE, 0).add();
      shift =
          ops.op(
              "Div",
              scalar(scores, -alpha),
              type.isFloat() ? ops.cast(keys, type) : ops.op("CastLike", keys, scores));
      stretch = ops.op("Sub", scalar(scores, 1), shift);
    }
    String stretched = ops.op("Add", ops.op("Mul", probs, stretch), shift);
    return type.isFloat()
        ? ops.clip(stretched, type, 0, 1)
        : ops.node("Clip", stretched, scalar(scores, 0), scalar(scores, 1));
  }
}
