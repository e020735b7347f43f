package dev.tailgate.train.loss;

import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.ElementType;

/**
 * Cross entropy of labels, over those that are not ignored:
 *
 * <pre>
 *   mean_i  -(1 - s) log p_i[y_i] - s mean_c log p_i[c]      p = softmax(logits)
 * </pre>
 *
 * <p>as {@code torch.nn.functional.cross_entropy} with {@code label_smoothing = s} and {@code
 * ignore_index = -100} has it, by a {@code LogSoftmax}, which holds for any logits. Where all
 * labels of a batch are ignored it is 0 with gradients of 0, so that such a batch changes nothing;
 * PyTorch gives NaN there.
 *
 * @param logits a float value of the student, the classes along its last axis
 * @param smoothing {@code s} in {@code [0, 1)}
 */
public record CrossEntropy(String logits, double smoothing) implements Loss {
  /** The label of what does not count. */
  public static final long IGNORED = -100;

  /** Refuses a smoothing outside its range. */
  public CrossEntropy {
    if (!(smoothing >= 0 && smoothing < 1)) {
      throw new IllegalArgumentException("A label smoothing of " + smoothing);
    }
  }

  @Override
  public Value build(LossGraph graph) {
    GraphBuilder g = graph.builder();
    Value scores = graph.student(logits);
    ElementType type = scores.type();
    int rank = graph.rank(logits);
    Value labels = graph.fed(new Feed.Labels(), ElementType.INT64, rank - 1).reshape(-1);
    Value zero = g.scalar(ElementType.INT64, 0);
    Value isIgnored = labels.op("Equal", g.scalar(ElementType.INT64, IGNORED)).of(ElementType.BOOL);
    Value counts = isIgnored.op("Not").of(ElementType.BOOL).cast(type).of(type);
    Value logs = g.node("LogSoftmax", scores).with("axis", -1).value();
    // The place of each label among the elements of all rows, one row behind the other.
    Value classes = scores.extent(rank - 1).reshape();
    Value rows =
        zero.op("Range", labels.op("Size").of(ElementType.INT64), g.scalar(ElementType.INT64, 1));
    Value places =
        rows.of(ElementType.INT64)
            .times(classes)
            .plus(isIgnored.where(zero, labels).of(ElementType.INT64));
    Value picked = logs.reshape(-1).gather(0, places);
    Value likelihood =
        smoothing == 0
            ? picked
            : picked.times(1 - smoothing).plus(logs.mean(-1).reshape(-1).times(smoothing));
    Value number = g.node("ReduceSum", counts).with("keepdims", 0).value();
    Value total = g.node("ReduceSum", likelihood.times(counts)).with("keepdims", 0).value();
    return total.over(number.op("Max", g.scalar(type, 1)).of(type)).negative();
  }
}
