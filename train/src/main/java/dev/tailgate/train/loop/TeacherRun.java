package dev.tailgate.train.loop;

import com.google.errorprone.annotations.MustBeClosed;
import dev.tailgate.engine.InferredShapes;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.gradient.adjoint.KnownShapes;
import dev.tailgate.onnx.ir.ModelException;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.ValueInfo;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The teacher of a training, in a session of its own, which gives values of it for each batch. */
final class TeacherRun implements AutoCloseable {
  private final ModelRunner runner;
  private final Set<String> values;

  private TeacherRun(ModelRunner runner, Set<String> values) {
    this.runner = runner;
    this.values = values;
  }

  /**
   * Loads the teacher.
   *
   * @param student whose inputs the data has
   * @param values of the teacher that are wanted
   * @throws ModelException where it reads other inputs, or has no such values
   */
  @MustBeClosed
  @SuppressWarnings("MustBeClosed") // handed to the caller, who closes it
  static TeacherRun open(
      OnnxModel teacher, OnnxModel student, Set<String> values, RunnerOptions options) {
    Set<String> given = inputs(student);
    Set<String> asked = inputs(teacher);
    if (!given.containsAll(asked)) {
      throw refusal("the student's inputs " + given, "a teacher that reads " + asked);
    }
    Set<String> inner = new LinkedHashSet<>();
    for (String value : values) {
      if (teacher.graph().producer(value).isEmpty()) {
        throw refusal("a value " + value + " of the teacher", "none of that name");
      }
      if (!teacher.graph().isOutput(value)) {
        inner.add(value);
      }
    }
    return new TeacherRun(ModelRunner.open(teacher.exposing(inner), options), values);
  }

  /**
   * Makes sure that values of the teacher have the sizes of those of the same names in the student,
   * as far as both are known.
   */
  static void requireSameSizes(
      OnnxModel teacher, KnownShapes student, Set<String> values, RunnerOptions options) {
    KnownShapes known = InferredShapes.of(teacher, options);
    for (String value : values) {
      if (known.of(value).isPresent() && student.of(value).isPresent()) {
        List<Long> one = sizes(known, value);
        List<Long> other = sizes(student, value);
        boolean differs = one.size() != other.size();
        for (int i = 0; !differs && i < one.size(); i++) {
          differs = one.get(i) >= 0 && other.get(i) >= 0 && !one.get(i).equals(other.get(i));
        }
        if (differs) {
          throw refusal(value + " as the student has it, " + other, value + " as " + one);
        }
      }
    }
  }

  private static List<Long> sizes(KnownShapes shapes, String value) {
    return shapes.of(value).orElseThrow().stream().map(dim -> dim.sizeOrMinusOne()).toList();
  }

  private static Set<String> inputs(OnnxModel model) {
    return model.graph().inputs().stream()
        .map(ValueInfo::name)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private static ModelException refusal(String expected, String found) {
    return ModelException.doing("training by a teacher")
        .expected(expected)
        .found(found)
        .fix("A teacher has the inputs and outputs of the model that is trained.");
  }

  /** The values for a batch. */
  Map<String, Tensor> on(Map<String, Tensor> inputs) {
    return runner.run(inputs, values);
  }

  @Override
  public void close() {
    runner.close();
  }
}
