package dev.tailgate.onnx.rewrite;

import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.NodeDraft;
import java.util.Optional;

/**
 * Arithmetic over the rows of scores, for normalisers that are written out. Half precision is
 * widened to float32 and narrowed at the end, as the kernels of softmax do inside: a sum of many
 * small numbers, or a threshold between them, needs more than 11 bits.
 */
final class RowNodes {
  /** The oldest opset with all operators that are used: {@code Where}. */
  private static final int OLDEST_OPSET = 9;

  private final Ops ops;
  private final ScoreForm form;
  private final ElementType type;

  RowNodes(Ops ops, ScoreForm form) {
    this.ops = ops;
    this.form = form;
    this.type = form.type() == ElementType.DOUBLE ? ElementType.DOUBLE : ElementType.FLOAT;
  }

  /** Why rows of this form cannot be worked on. */
  static Optional<String> fault(ScoreForm form) {
    if (form.opset() < OLDEST_OPSET) {
      return Optional.of("it needs Where, which opset " + form.opset() + " lacks");
    }
    return form.hasConstants()
        ? Optional.empty()
        : Optional.of("the element type of the scores cannot be told");
  }

  /** The scores in the precision that is worked in. */
  String widened(String scores) {
    return form.type() == type ? scores : ops.cast(scores, type);
  }

  /** The last node, in the type of {@code scores}. */
  NodeDraft narrowed(NodeDraft probs, String scores) {
    if (form.type() == type) {
      return probs;
    }
    String wide = probs.add();
    return form.type().isFloat()
        ? ops.node("Cast", wide).attribute("to", (long) form.type().code())
        : ops.node("CastLike", wide, scores);
  }

  NodeDraft node(String op, String... inputs) {
    return ops.node(op, inputs);
  }

  String op(String op, String... inputs) {
    return ops.op(op, inputs);
  }

  String number(double value) {
    return ops.scalar(type, value);
  }

  /** {@code [B, H, T, 1]}. */
  String sum(String rows) {
    return ops.reduce("ReduceSum", rows, form.lastAxis());
  }

  /** The largest of each row, but at least {@code floor}; {@code [B, H, T, 1]}. */
  String max(String rows, double floor) {
    return op("Max", ops.reduce("ReduceMax", rows, form.lastAxis()), number(floor));
  }

  /** Whether a key is masked, see {@link NormaliserSpec#MASKED}. */
  String masked(String scores) {
    return op("Less", scores, number(NormaliserSpec.MASKED));
  }

  /** Where {@code condition} holds, {@code value}, else 0. */
  String keep(String condition, String value) {
    return op("Where", condition, value, number(0));
  }

  /** How many elements of each row fulfil {@code condition}. */
  String count(String condition) {
    return sum(ops.cast(condition, type));
  }

  /** {@code S}, the number of keys of the run, as {@code [1]}. */
  String keys(String scores) {
    return ops.cast(ops.slice(op("Shape", scores), -1, Long.MAX_VALUE, 0).add(), type);
  }
}
