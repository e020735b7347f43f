package dev.tailgate.train.loss;

import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.ElementType;

/**
 * Cross entropy of distributions over the classes, over all places:
 *
 * <pre>
 *   mean_i  - sum_c q_i[c] log p_i[c]      p = softmax(logits)
 * </pre>
 *
 * <p>as {@code torch.nn.functional.cross_entropy} has it for targets that are probabilities. Where
 * the distributions that samples are drawn from are known, this is what cross entropy of the
 * samples is in expectation, without the noise of drawing; at its smallest it is their entropy.
 *
 * @param logits a float value of the student, the classes along its last axis
 * @param target what the data calls the distributions; in the shape of the logits
 */
public record DistributionError(String logits, String target) implements Loss {
  @Override
  public Value build(LossGraph graph) {
    Value scores = graph.student(logits);
    ElementType type = scores.type();
    Value expected = graph.fed(new Feed.Target(target), type, graph.rank(logits));
    Value logs = graph.builder().node("LogSoftmax", scores).with("axis", -1).value();
    Value each = expected.times(logs).sum(-1);
    return graph.builder().node("ReduceMean", each).with("keepdims", 0).value().negative();
  }
}
