package dev.tailgate.train.loss;

import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import java.util.Optional;

/**
 * Distillation of a teacher's logits: the Kullback-Leibler divergence of the student's distribution
 * from the teacher's at a temperature,
 *
 * <pre>
 *   T^2 mean_i sum_c p'_i[c] (log p'_i[c] - log p_i[c])      p = softmax(logits / T)
 * </pre>
 *
 * <p>over the rows that count, by {@code LogSoftmax}. The factor {@code T^2} keeps gradients of one
 * size at all temperatures (Hinton et al., arXiv 1503.02531, section 2).
 *
 * @param student logits of the student, the classes along the last axis
 * @param teacher logits of the teacher, in the same shape
 * @param temperature {@code T > 0}
 * @param mask an input of the student by which rows count; all where it is empty
 */
public record LogitDivergence(
    String student, String teacher, double temperature, Optional<String> mask) implements Loss {
  /** Refuses a temperature that is not above 0. */
  public LogitDivergence {
    if (!(temperature > 0 && temperature < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("A temperature of " + temperature);
    }
  }

  @Override
  public Value build(LossGraph graph) {
    Value scores = graph.student(student);
    Value logs = logSoftmax(graph.builder(), scores);
    Value expected = logSoftmax(graph.builder(), graph.teacher(teacher, student));
    Value divergence = expected.exp().times(expected.minus(logs)).sum(-1);
    Counted rows = Counted.of(graph, mask, graph.rank(student), scores.type());
    return rows.mean(divergence).times(temperature * temperature);
  }

  private Value logSoftmax(GraphBuilder g, Value scores) {
    Value cooled = temperature == 1 ? scores : scores.times(1 / temperature);
    return g.node("LogSoftmax", cooled).with("axis", -1).value();
  }
}
