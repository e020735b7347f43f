package dev.tailgate.train.graph;

import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.train.loss.Feed;
import dev.tailgate.train.optimiser.InitialState;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One model whose run is one step of training, for a {@link dev.tailgate.engine.StatefulRun}. What
 * it is fed at each step: the inputs of the user's model, {@link #feeds}, {@link #learningRate},
 * and {@link #apply} where there is one.
 *
 * @param model the student, the loss, its gradients and the update
 * @param successors the output that replaces each state, by state input
 * @param initial what each state is before the first step, by state input
 * @param weights the state input that holds each trained initialiser of the user's model
 * @param averages the state that holds the moving average of each trained initialiser; empty where
 *     none is kept
 * @param loss the scalar output with the sum of all losses times their factors
 * @param terms the scalar outputs with each loss by its name, and with the norm of all gradients as
 *     {@link #GRADIENT_NORM} where gradients are clipped
 * @param learningRate the float scalar input that is fed the learning rate of the step
 * @param feeds what else is fed, by input
 * @param apply the bool scalar input that says whether the gradients that were added up since the
 *     last update are applied after this micro-batch; without it each step is an update
 */
public record TrainingGraph(
    OnnxModel model,
    Map<String, String> successors,
    Map<String, InitialState> initial,
    Map<String, String> weights,
    Map<String, Average> averages,
    String loss,
    Map<String, String> terms,
    String learningRate,
    Map<String, Feed> feeds,
    Optional<String> apply) {
  /** The name under which the norm of all gradients, before clipping, is among the terms. */
  public static final String GRADIENT_NORM = "gradient norm";

  /**
   * Where a moving average lies.
   *
   * @param state the state input that holds it
   * @param factor what the state is multiplied by
   */
  public record Average(String state, double factor) {}

  /** Copies the maps, whose order stays. */
  public TrainingGraph {
    successors = copy(successors);
    initial = copy(initial);
    weights = copy(weights);
    averages = copy(averages);
    terms = copy(terms);
    feeds = copy(feeds);
  }

  private static <V> Map<String, V> copy(Map<String, V> map) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }
}
