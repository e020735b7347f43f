package dev.tailgate.train.graph;

import dev.tailgate.onnx.gradient.Gradients;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.ModelException;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.weight.Weight;
import dev.tailgate.onnx.weight.Weights;
import dev.tailgate.quant.placement.Selector;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The weights of a model that training changes, each with the group it belongs to: what {@link
 * Weights} finds in the model as float32 or float64, and the loss depends on.
 */
final class TrainableWeights {
  /** A weight and how it is trained. */
  record Trainable(Weight weight, ParameterGroup group) {}

  private TrainableWeights() {}

  /**
   * By name, in the order of the file.
   *
   * @param student without a loss, so that what the loss reads does not make a constant a weight
   * @param scored the same with the loss
   * @throws ModelException where no weight is left
   */
  static Map<String, Trainable> of(
      OnnxModel student, OnnxModel scored, String loss, TrainingPlan plan) {
    Set<String> reached = Gradients.behind(scored, loss);
    ParameterGroup rest = ParameterGroup.trained(List.of(), 1, plan.decay());
    Map<String, Trainable> trained = new LinkedHashMap<>();
    boolean isAny = false;
    for (Weight weight : Weights.of(student.graph()).values()) {
      if (reached.contains(weight.name()) && isReal(weight.constant().type())) {
        isAny = true;
        Selector.Item item = item(weight);
        ParameterGroup group =
            plan.groups().stream()
                .filter(g -> g.of().stream().anyMatch(selector -> selector.matches(item)))
                .findFirst()
                .orElse(rest);
        if (!group.isFrozen()) {
          trained.put(weight.name(), new Trainable(weight, group));
        }
      }
    }
    if (trained.isEmpty()) {
      throw ModelException.doing("preparing the model for training")
          .expected("a weight to train")
          .found(isAny ? "all weights frozen" : "no float weight behind the loss")
          .fix("Freeze fewer weights (--freeze), or train a model whose weights are floats.");
    }
    return trained;
  }

  private static boolean isReal(ElementType type) {
    return type == ElementType.FLOAT || type == ElementType.DOUBLE;
  }

  /** What users can call a weight by. */
  private static Selector.Item item(Weight weight) {
    List<OnnxGraph.Use> uses = weight.uses();
    Optional<String> op = uses.stream().map(use -> use.node().opType()).findFirst();
    Stream<String> nodes = uses.stream().map(use -> use.node().name());
    return new Selector.Item(
        op,
        -1,
        Stream.concat(Stream.of(weight.name()), nodes.filter(name -> !name.isEmpty())).toList(),
        List.of(weight.role().label()));
  }
}
