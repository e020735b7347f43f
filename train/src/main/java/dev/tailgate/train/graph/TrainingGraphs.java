package dev.tailgate.train.graph;

import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.Differentiated;
import dev.tailgate.onnx.gradient.Gradients;
import dev.tailgate.onnx.gradient.JustInTime;
import dev.tailgate.onnx.gradient.WeightInputs;
import dev.tailgate.onnx.gradient.adjoint.KnownShapes;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.weight.Weight;
import dev.tailgate.train.graph.TrainableWeights.Trainable;
import dev.tailgate.train.loss.Feed;
import dev.tailgate.train.loss.LossGraph;
import dev.tailgate.train.loss.WeightedLoss;
import dev.tailgate.train.optimiser.UpdateGraph;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * Puts a training graph together: the student's graph, then the losses, then their gradients, then
 * the updates. The student is prepared before: functions inlined, fused operators written out, the
 * opset raised, equal vectors apart.
 */
public final class TrainingGraphs {
  private static final String LOSS = "tailgate/loss";
  private static final String TERM = "tailgate/loss/";

  private TrainingGraphs() {}

  /**
   * The graph of one step.
   *
   * @param student the prepared model
   * @param inference finds the shapes of the values of a model, as {@code engine.InferredShapes}
   *     does
   * @throws dev.tailgate.onnx.ir.ModelException where a loss does not fit the student, nothing is
   *     left to train, or an operator on the way has no gradient
   */
  public static TrainingGraph of(
      OnnxModel student, TrainingPlan plan, Function<OnnxModel, KnownShapes> inference) {
    Scored scored = Scored.of(student, plan, inference);
    Map<String, Trainable> weights = TrainableWeights.of(student, scored.model(), LOSS, plan);
    return updated(plan, weights, differentiated(scored, weights, inference), scored);
  }

  /** The student with its losses as outputs, by the names of a {@link TrainingGraph}. */
  public static OnnxModel forward(
      OnnxModel student, TrainingPlan plan, Function<OnnxModel, KnownShapes> inference) {
    return Scored.of(student, plan, inference).model();
  }

  /**
   * The student with its losses and the gradients of what is trained as outputs; what is trained is
   * fed.
   */
  public static OnnxModel backward(
      OnnxModel student, TrainingPlan plan, Function<OnnxModel, KnownShapes> inference) {
    Scored scored = Scored.of(student, plan, inference);
    Map<String, Trainable> weights = TrainableWeights.of(student, scored.model(), LOSS, plan);
    OnnxModel exposed = differentiated(scored, weights, inference).exposed();
    return JustInTime.of(exposed, LOSS, exposed.graph().nodes().size());
  }

  private static Differentiated differentiated(
      Scored scored, Map<String, Trainable> trained, Function<OnnxModel, KnownShapes> inference) {
    OnnxModel open = WeightInputs.of(scored.model(), trained.keySet());
    return Gradients.of(open, LOSS, trained.keySet(), inference.apply(open));
  }

  /** A student with its losses. */
  private record Scored(OnnxModel model, Map<String, String> terms, Map<String, Feed> feeds) {
    static Scored of(
        OnnxModel student, TrainingPlan plan, Function<OnnxModel, KnownShapes> inference) {
      LossGraph losses = new LossGraph(student, inference.apply(student));
      Map<String, String> terms = new LinkedHashMap<>();
      GraphBuilder forward = losses.builder();
      List<Value> weighted = new ArrayList<>();
      for (WeightedLoss term : plan.losses()) {
        Value value = term.loss().build(losses);
        terms.put(term.name(), TERM + term.name());
        forward.output(TERM + term.name(), value);
        weighted.add(term.factor() == 1 ? value : value.times(term.factor()));
      }
      forward.output(LOSS, weighted.stream().reduce(Value::plus).orElseThrow());
      return new Scored(forward.model(), terms, losses.feeds());
    }
  }

  private static TrainingGraph updated(
      TrainingPlan plan, Map<String, Trainable> trained, Differentiated backward, Scored scored) {
    Map<String, String> terms = new LinkedHashMap<>(scored.terms());
    GraphBuilder g = GraphBuilder.on(backward.model());
    UpdateGraph updates = new UpdateGraph(g);
    Map<UpdateGraph.Weight, Value> gradients = new LinkedHashMap<>();
    Map<String, String> weights = new LinkedHashMap<>();
    trained.forEach(
        (name, trainable) -> {
          Weight weight = trainable.weight();
          ParameterGroup group = trainable.group();
          String gradient = Objects.requireNonNull(backward.gradients().get(name));
          gradients.put(
              new UpdateGraph.Weight(
                  name, weight.constant(), weight.role(), group.rate(), group.decay()),
              g.value(gradient).of(weight.constant().type()));
          weights.put(name, name);
        });
    Map<String, TrainingGraph.Average> averages = TrainingUpdate.add(plan, updates, gradients);
    if (plan.clip().isPresent()) {
      terms.put(TrainingGraph.GRADIENT_NORM, TrainingUpdate.NORM);
    }
    Map<String, String> successors = new LinkedHashMap<>();
    updates.states().keySet().forEach(state -> successors.put(state, UpdateGraph.output(state)));
    int built = backward.model().graph().nodes().size();
    return new TrainingGraph(
        JustInTime.of(g.model(), LOSS, built),
        successors,
        updates.initial(),
        weights,
        averages,
        LOSS,
        terms,
        UpdateGraph.LEARNING_RATE,
        scored.feeds(),
        plan.accumulation() > 1 ? Optional.of(TrainingUpdate.APPLY) : Optional.empty());
  }
}
