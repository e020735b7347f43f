package dev.tailgate.train.loop;

import dev.tailgate.stats.metric.Direction;
import dev.tailgate.train.checkpoint.LoopState;
import dev.tailgate.train.checkpoint.Recipe;
import java.util.Map;
import java.util.Optional;

/**
 * How a training went.
 *
 * @param state counts, losses and scores at its end
 * @param end why it ended
 * @param metric of the held-out samples; empty where there are none
 * @param direction which way that improves
 * @param chosen the step whose weights were taken
 * @param weights how many weights were trained, and how many numbers they are
 * @param memory what a step was estimated to take
 * @param recipe all that the result follows from
 */
public record TrainingRecord(
    LoopState state,
    End end,
    Optional<String> metric,
    Direction direction,
    long chosen,
    Weights weights,
    String memory,
    Recipe recipe) {
  /** Why a training ended. */
  public enum End {
    /** All steps were made. */
    STEPS,
    /** Scores on held-out samples got no better. */
    PATIENCE
  }

  /**
   * What was trained.
   *
   * @param tensors initialisers
   * @param elements numbers in them
   * @param frozen float initialisers of the model that stayed as they were
   */
  public record Weights(int tensors, long elements, int frozen) {}

  /** The terms of the loss by name at the last step. */
  public Map<String, Double> lastTerms() {
    return state.points().isEmpty()
        ? Map.of()
        : state.points().get(state.points().size() - 1).terms();
  }
}
