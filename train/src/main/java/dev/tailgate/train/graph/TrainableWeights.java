package dev.tailgate.train.graph;

import dev.tailgate.onnx.gradient.Gradients;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.ModelException;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.quant.placement.Selector;
import dev.tailgate.train.optimiser.WeightRole;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The weights of a model that training changes, each with the group it belongs to. A weight is an
 * initialiser of floats that the loss depends on. Left out are tables of which only sines and
 * cosines are taken, which are frequencies of positions, and constants without dimensions, which
 * exporters write for numbers of the formula.
 */
final class TrainableWeights {
  private static final Set<String> CIRCULAR = Set.of("Cos", "Sin");

  private TrainableWeights() {}

  /**
   * By name, in the order of the file.
   *
   * @param model with the loss in it
   * @throws ModelException where no weight is left, or a selector chooses none
   */
  static Map<String, ParameterGroup> of(OnnxModel model, String loss, TrainingPlan plan) {
    Set<String> reached = Gradients.behind(model, loss);
    ParameterGroup rest = ParameterGroup.trained(List.of(), 1, plan.decay());
    Map<String, ParameterGroup> trained = new LinkedHashMap<>();
    List<Selector.Item> items = new ArrayList<>();
    for (ConstantTensor weight : model.graph().initializers().values()) {
      if (reached.contains(weight.name()) && isWeight(model.graph(), weight)) {
        Selector.Item item = item(model.graph(), weight);
        items.add(item);
        ParameterGroup group =
            plan.groups().stream()
                .filter(g -> g.of().stream().anyMatch(selector -> selector.matches(item)))
                .findFirst()
                .orElse(rest);
        if (!group.isFrozen()) {
          trained.put(weight.name(), group);
        }
      }
    }
    if (trained.isEmpty()) {
      throw ModelException.doing("preparing the model for training")
          .expected("a weight to train")
          .found(items.isEmpty() ? "no float weight behind the loss" : "all weights frozen")
          .fix("Freeze fewer weights (--freeze), or train a model whose weights are floats.");
    }
    return trained;
  }

  private static boolean isWeight(OnnxGraph graph, ConstantTensor weight) {
    if (weight.type() != ElementType.FLOAT && weight.type() != ElementType.DOUBLE) {
      return false;
    }
    List<OnnxGraph.Use> readers = WeightRole.readers(graph, weight.name());
    return !weight.dims().isEmpty()
        && weight.elementCount() > 0
        && !readers.isEmpty()
        && !readers.stream().allMatch(use -> isCircular(graph, use));
  }

  private static boolean isCircular(OnnxGraph graph, OnnxGraph.Use use) {
    return use.node().outputs().stream()
        .flatMap(output -> WeightRole.readers(graph, output).stream())
        .allMatch(reader -> CIRCULAR.contains(reader.node().opType()));
  }

  /** What users can call a weight by. */
  static Selector.Item item(OnnxGraph graph, ConstantTensor weight) {
    List<OnnxGraph.Use> readers = WeightRole.readers(graph, weight.name());
    Optional<String> op = readers.stream().map(use -> use.node().opType()).findFirst();
    Stream<String> nodes = readers.stream().map(use -> use.node().name());
    return new Selector.Item(
        op,
        -1,
        Stream.concat(Stream.of(weight.name()), nodes.filter(name -> !name.isEmpty())).toList(),
        List.of(WeightRole.of(graph, weight).label()));
  }
}
