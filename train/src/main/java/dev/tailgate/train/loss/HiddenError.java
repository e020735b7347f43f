package dev.tailgate.train.loss;

import dev.tailgate.onnx.build.Value;
import java.util.Optional;

/**
 * The mean squared error of hidden states against those of a teacher, {@code mean (h - h')^2} over
 * the elements that count. The source: Romero et al., FitNets, arXiv 1412.6550, without a
 * regressor, since both have the same shapes here.
 *
 * @param student a float value of the student, {@code [B, T, C]} where there is a mask
 * @param teacher the value of the teacher, in the same shape
 * @param mask an input of the student by which places count; all where it is empty
 */
public record HiddenError(String student, String teacher, Optional<String> mask) implements Loss {
  @Override
  public Value build(LossGraph graph) {
    Value value = graph.student(student);
    return MeanError.of(
        graph,
        value,
        graph.teacher(teacher, student),
        graph.rank(student),
        MeanError.Power.SQUARED,
        mask);
  }
}
