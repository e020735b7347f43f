package dev.tailgate.result.diagnosis;

import dev.tailgate.result.Score;
import dev.tailgate.result.TaskResult;
import dev.tailgate.result.wording.SchemeName;
import java.util.List;
import java.util.Optional;

/**
 * Quantization costs nothing on the task that these samples could show: the interval of the change
 * holds 0. Comes first, so that nobody mends what is whole.
 */
final class NoMeasurableCost implements Rule {
  @Override
  public Optional<Observation> look(MeasuredModel facts) {
    TaskResult task = facts.result().task();
    return task.delta()
        .filter(delta -> delta.hasInterval() && delta.low() <= 0 && delta.high() >= 0)
        .map(
            delta ->
                new Observation(
                    "no_measurable_cost",
                    sentence(facts, delta),
                    List.of(),
                    Double.POSITIVE_INFINITY,
                    Observation.Where.NOWHERE));
  }

  private static Sentence sentence(MeasuredModel facts, Score delta) {
    return new Sentence()
        .name(SchemeName.shown(facts.result().quantization().scheme()))
        .say(" changes ")
        .name(facts.result().task().name())
        .say(" by ")
        .number("delta", delta.value())
        .say(", with an interval from ")
        .number("delta_low", delta.low())
        .say(" to ")
        .number("delta_high", delta.high())
        .say(" over ")
        .number("samples", facts.result().run().samples())
        .say(" samples: these samples show no cost, whatever else is said here.");
  }
}
