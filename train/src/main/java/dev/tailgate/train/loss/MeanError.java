package dev.tailgate.train.loss;

import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.ElementType;
import java.util.Optional;

/**
 * The mean error against real numbers that belong to the data, {@code mean (y - t)^2} or {@code
 * mean |y - t|}, over the elements that count.
 *
 * @param output a float value of the student
 * @param target what the data calls the numbers; in the shape of the output
 * @param power whether the error is squared or absolute; the derivative of {@code |0|} is 0
 * @param mask an input of the student by which places count; all where it is empty
 */
public record MeanError(String output, String target, Power power, Optional<String> mask)
    implements Loss {
  /** What is averaged. */
  public enum Power {
    /** The squares. */
    SQUARED,
    /** The absolute values. */
    ABSOLUTE
  }

  @Override
  public Value build(LossGraph graph) {
    Value value = graph.student(output);
    int rank = graph.rank(output);
    Value expected = graph.fed(new Feed.Target(target), value.type(), rank);
    return of(graph, value, expected, rank, power, mask);
  }

  static Value of(
      LossGraph graph, Value value, Value expected, int rank, Power power, Optional<String> mask) {
    ElementType type = value.type();
    Value error = value.minus(expected);
    Value size = power == Power.SQUARED ? error.times(error) : error.op("Abs").of(type);
    return Counted.of(graph, mask, rank, type).mean(size);
  }
}
