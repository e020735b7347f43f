package dev.tailgate.train.graph;

import dev.tailgate.quant.placement.Selector;
import dev.tailgate.train.loss.WeightedLoss;
import dev.tailgate.train.optimiser.AdamW;
import dev.tailgate.train.optimiser.Optimiser;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What one step of training does.
 *
 * @param losses the terms of the sum that is made small
 * @param groups weights with settings of their own; the first that has a selector for a weight
 *     holds, and a weight that none has is trained at the full rate with {@code decay}
 * @param decay the weight decay of weights without a group
 * @param clip the largest norm of all gradients together; longer ones are shortened to it
 * @param accumulation micro-batches whose gradients are averaged before one update
 * @param average the decay of the moving average of weights; none is kept where it is empty
 */
public record TrainingPlan(
    List<WeightedLoss> losses,
    Optimiser optimiser,
    List<ParameterGroup> groups,
    double decay,
    OptionalDouble clip,
    int accumulation,
    OptionalDouble average) {
  /** Norms and biases without decay, as is usual: only matrices and embeddings shrink. */
  public static final ParameterGroup WITHOUT_DECAY =
      ParameterGroup.trained(
          List.of(Selector.parse("role:norm"), Selector.parse("role:bias")), 1, 0);

  /** Copies the lists and refuses numbers outside their ranges. */
  public TrainingPlan {
    losses = List.copyOf(losses);
    groups = List.copyOf(groups);
    if (losses.isEmpty()) {
      throw new IllegalArgumentException("Training needs a loss");
    }
    if (clip.isPresent() && !(clip.getAsDouble() > 0)) {
      throw new IllegalArgumentException("Clipping at a norm of " + clip.getAsDouble());
    }
    if (accumulation < 1) {
      throw new IllegalArgumentException("Accumulation of " + accumulation + " micro-batches");
    }
    if (average.isPresent() && !(average.getAsDouble() >= 0 && average.getAsDouble() < 1)) {
      throw new IllegalArgumentException("A moving average with " + average.getAsDouble());
    }
  }

  /** AdamW at PyTorch's settings, decay 0.01 but for norms and biases, gradients up to norm 1. */
  public static TrainingPlan of(List<WeightedLoss> losses) {
    return new TrainingPlan(
        losses,
        AdamW.DEFAULT,
        List.of(WITHOUT_DECAY),
        0.01,
        OptionalDouble.of(1),
        1,
        OptionalDouble.empty());
  }

  /** The same with groups that go before those there are. */
  public TrainingPlan withGroups(List<ParameterGroup> first) {
    List<ParameterGroup> all = new ArrayList<>(first);
    all.addAll(groups);
    return new TrainingPlan(losses, optimiser, all, decay, clip, accumulation, average);
  }
}
