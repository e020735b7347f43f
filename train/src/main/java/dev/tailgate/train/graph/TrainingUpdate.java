package dev.tailgate.train.graph;

import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.train.optimiser.InitialState;
import dev.tailgate.train.optimiser.UpdateGraph;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The updates of all weights behind their gradients: averaged over micro-batches, shortened to a
 * norm, given to the optimiser, and averaged over steps.
 *
 * <p>With micro-batches, sums of gradients are states, and everything else is a branch that is
 * taken when a scalar input says so; the other branch hands all states on.
 */
final class TrainingUpdate {
  static final String APPLY = "tailgate/apply";
  static final String NORM = "tailgate/gradient_norm";

  private static final String SUM = "sum";
  private static final String AVERAGE = "average";

  private final TrainingPlan plan;
  private final UpdateGraph graph;
  private final GraphBuilder g;
  private final Map<String, TrainingGraph.Average> averages = new LinkedHashMap<>();

  private TrainingUpdate(TrainingPlan plan, UpdateGraph graph) {
    this.plan = plan;
    this.graph = graph;
    this.g = graph.builder();
  }

  /**
   * Adds the updates, and the outputs that replace all states.
   *
   * @param gradients by weight
   * @return where the moving averages lie, by weight
   */
  static Map<String, TrainingGraph.Average> add(
      TrainingPlan plan, UpdateGraph graph, Map<UpdateGraph.Weight, Value> gradients) {
    TrainingUpdate update = new TrainingUpdate(plan, graph);
    gradients.keySet().forEach(update::declare);
    if (plan.accumulation() == 1) {
      Optional<Value> norm = update.apply(gradients, 1);
      norm.ifPresent(value -> graph.builder().output(NORM, value));
      update.output(List.copyOf(graph.successors().values()));
    } else {
      update.accumulate(gradients);
    }
    return update.averages;
  }

  private void declare(UpdateGraph.Weight weight) {
    graph.declare(weight, plan.optimiser().moments(weight));
    InitialState.Zeros zeros = new InitialState.Zeros(weight.type(), weight.dims());
    if (plan.accumulation() > 1) {
      graph.declare(UpdateGraph.name(SUM, weight), zeros);
    }
    plan.average()
        .ifPresent(
            decay -> {
              String name = UpdateGraph.name(AVERAGE, weight);
              graph.declare(name, new InitialState.Weight(weight.tensor(), 1 / (1 - decay)));
              averages.put(weight.name(), new TrainingGraph.Average(name, 1 - decay));
            });
  }

  /** Adds the updates by gradients that are {@code parts} times too long; their norm if needed. */
  private Optional<Value> apply(Map<UpdateGraph.Weight, Value> gradients, int parts) {
    Optional<Value> norm =
        plan.clip().isPresent()
            ? Optional.of(norm(List.copyOf(gradients.values())))
                .map(whole -> parts == 1 ? whole : whole.times(1.0 / parts))
            : Optional.empty();
    Optional<Value> clipped = norm.map(this::shortening);
    gradients.forEach(
        (weight, gradient) -> {
          Value after = plan.optimiser().update(graph, weight, scaled(gradient, clipped, parts));
          graph.next(weight.name(), after);
          plan.average().ifPresent(decay -> average(weight, after, decay));
        });
    return norm;
  }

  /** The Euclidean norm of all together, in the type of the first. */
  private Value norm(List<Value> gradients) {
    ElementType type = gradients.get(0).type();
    Value[] squares =
        gradients.stream()
            .map(value -> g.node("ReduceSumSquare", value).with("keepdims", 0).value())
            .map(square -> square.type() == type ? square : square.cast(type).of(type))
            .toArray(Value[]::new);
    return g.node("Sum", squares).value().sqrt();
  }

  /** {@code min(1, most / (norm + 1e-6))}, as {@code torch.nn.utils.clip_grad_norm_} has it. */
  private Value shortening(Value norm) {
    Value most = g.scalar(norm.type(), plan.clip().orElseThrow());
    Value ratio = most.over(norm.plus(1e-6));
    return ratio.op("Min", g.scalar(norm.type(), 1)).of(norm.type());
  }

  private Value scaled(Value gradient, Optional<Value> clipped, int parts) {
    ElementType type = gradient.type();
    if (clipped.isEmpty()) {
      return parts == 1 ? gradient : gradient.times(1.0 / parts);
    }
    return gradient.times(
        graph.shared(
            "shortening " + type,
            () -> {
              Value whole = clipped.get();
              Value part = parts == 1 ? whole : whole.times(1.0 / parts);
              return part.type() == type ? part : part.cast(type).of(type);
            }));
  }

  /** {@code E = d E + w}, of which the average is {@code (1 - d) E}: two passes over memory. */
  private void average(UpdateGraph.Weight weight, Value after, double decay) {
    Value before = graph.moment(AVERAGE, weight);
    graph.next(AVERAGE, weight, before.times(decay).plus(after));
  }

  private void accumulate(Map<UpdateGraph.Weight, Value> gradients) {
    Value isLast = g.input(APPLY, ElementType.BOOL);
    Map<UpdateGraph.Weight, Value> sums = new LinkedHashMap<>();
    gradients.forEach(
        (weight, gradient) -> sums.put(weight, graph.moment(SUM, weight).plus(gradient)));
    List<Value> next =
        g.choose(
            isLast,
            () -> {
              Optional<Value> norm = apply(sums, plan.accumulation());
              sums.forEach((weight, sum) -> graph.next(SUM, weight, sum.times(0)));
              List<Value> all = new ArrayList<>(graph.successors().values());
              norm.ifPresent(all::add);
              return all;
            },
            () -> kept(sums));
    int states = graph.states().size();
    output(next.subList(0, states));
    if (next.size() > states) {
      ElementType type = gradients.values().iterator().next().type();
      g.output(NORM, next.get(states).of(type));
    }
  }

  /** The states as they are, but for the sums. */
  private List<Value> kept(Map<UpdateGraph.Weight, Value> sums) {
    Map<String, Value> kept = new LinkedHashMap<>(graph.states());
    sums.forEach((weight, sum) -> kept.put(UpdateGraph.name(SUM, weight), sum));
    List<Value> all = new ArrayList<>(kept.values());
    if (plan.clip().isPresent()) {
      all.add(norm(List.copyOf(sums.values())));
    }
    return all;
  }

  private void output(List<Value> values) {
    int i = 0;
    for (Map.Entry<String, Value> state : graph.states().entrySet()) {
      g.output(UpdateGraph.output(state.getKey()), values.get(i++).of(state.getValue().type()));
    }
  }
}
