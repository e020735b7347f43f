package dev.tailgate.engine.gradient;

import dev.tailgate.engine.InferredShapes;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.Differentiated;
import dev.tailgate.onnx.gradient.Gradients;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.training.PreparedForTraining;
import dev.tailgate.onnx.weight.Weights;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The gradients of all weights of an export, held against PyTorch's of all parameters. */
final class ModelGradients {
  private static final String LOSS = "tailgate/loss";

  private ModelGradients() {}

  /**
   * What came of it.
   *
   * @param errors of each parameter, the norm of the difference over the norm of the gradient
   * @param zero parameters whose gradient is zero, and what is found is the largest of all over the
   *     largest norm of a gradient
   * @param absent parameters that the file does not have
   * @param strangers initialisers that were taken for weights and are of no parameter
   * @param missed initialisers of parameters that were not taken for weights
   */
  record Result(
      Map<String, Double> errors,
      List<String> zero,
      List<String> absent,
      Set<String> strangers,
      Set<String> missed) {
    double worst() {
      return errors.values().stream().mapToDouble(e -> e).max().orElse(Double.NaN);
    }

    String worstName() {
      return errors.entrySet().stream()
          .max(Map.Entry.comparingByValue())
          .map(Map.Entry::getKey)
          .orElse("");
    }

    String row(String name) {
      return String.format(
          Locale.ROOT,
          "| %s | %d | %.1e | %s | %d | %d |",
          name,
          errors.size(),
          worst(),
          worstName(),
          zero.size(),
          absent.size());
    }
  }

  static Result of(Path file, Map<String, GradientRule> instead) {
    Path record =
        file.resolveSibling(file.getFileName().toString().replace(".onnx", ".gradients.onnx"));
    ExpectedGradients expected = ExpectedGradients.of(record);
    PreparedForTraining prepared = PreparedForTraining.of(OnnxModel.load(file));
    Set<String> weights = Weights.of(prepared.trained().graph()).keySet();
    OnnxModel model = withLoss(prepared.trained(), expected.loss());
    Set<String> known = new TreeSet<>();
    expected.parameters().values().stream()
        .flatMap(found -> found.places().stream())
        .forEach(place -> known.add(place.initializer()));
    Set<String> strangers = new TreeSet<>(weights);
    strangers.removeAll(known);
    Set<String> missed = new TreeSet<>(known);
    prepared.copies().forEach(tie -> missed.remove(tie.copy()));
    missed.removeAll(weights);
    Set<String> reached = Gradients.behind(model, LOSS);
    List<String> of = known.stream().filter(reached::contains).toList();
    Map<String, double[]> gradients = gradients(model, of, expected.inputs(), instead);
    return compared(expected, gradients, strangers, missed);
  }

  private static Result compared(
      ExpectedGradients expected,
      Map<String, double[]> gradients,
      Set<String> strangers,
      Set<String> missed) {
    Map<String, Double> errors = new LinkedHashMap<>();
    List<String> zero = new ArrayList<>();
    List<String> absent = new ArrayList<>();
    expected
        .parameters()
        .forEach(
            (name, parameter) -> {
              if (parameter.state().equals("zero")) {
                zero.add(name);
              } else if (parameter.state().equals("absent")) {
                absent.add(name);
              } else {
                errors.put(name, error(parameter.sum(gradients), parameter.gradient()));
              }
            });
    return new Result(errors, zero, absent, strangers, missed);
  }

  static double error(double[] found, double[] expected) {
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += Math.pow(found[i] - expected[i], 2);
      norm += expected[i] * expected[i];
    }
    return Math.sqrt(difference / norm);
  }

  private static OnnxModel withLoss(OnnxModel model, Map<String, ConstantTensor> weights) {
    GraphBuilder g = GraphBuilder.on(model);
    Value[] terms =
        weights.entrySet().stream()
            .map(e -> total(g, g.value(e.getKey()).times(g.constant(e.getValue()))))
            .toArray(Value[]::new);
    Value loss = terms.length == 1 ? terms[0] : g.node("Sum", terms).value();
    return g.output(LOSS, loss).model();
  }

  private static Value total(GraphBuilder g, Value value) {
    return g.node("ReduceSum", value).with("keepdims", 0).value();
  }

  private static Map<String, double[]> gradients(
      OnnxModel model,
      List<String> of,
      Map<String, Tensor> inputs,
      Map<String, GradientRule> instead) {
    Differentiated backward =
        Gradients.of(model, LOSS, of, InferredShapes.of(model, GradientCheck.PLAIN), instead);
    Map<String, double[]> gradients = new LinkedHashMap<>();
    try (ModelRunner runner = ModelRunner.open(backward.exposed(), GradientCheck.PLAIN)) {
      Map<String, Tensor> found = runner.run(inputs, Set.copyOf(backward.gradients().values()));
      backward
          .gradients()
          .forEach(
              (weight, value) -> gradients.put(weight, GradientCheck.doubles(found.get(value))));
    }
    return gradients;
  }
}
