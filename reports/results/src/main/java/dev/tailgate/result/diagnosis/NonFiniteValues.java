package dev.tailgate.result.diagnosis;

import dev.tailgate.result.TapResult;
import java.util.List;
import java.util.Optional;

/** An activation held NaN or infinities: every number about it is about the rest of it. */
final class NonFiniteValues implements Rule {
  @Override
  public Optional<Observation> look(MeasuredModel facts) {
    return facts.result().taps().stream()
        .filter(tap -> !tap.isFinite())
        .findFirst()
        .map(
            tap ->
                new Observation(
                    "non_finite",
                    sentence(tap),
                    List.of(),
                    Double.POSITIVE_INFINITY,
                    Observation.Where.activation(tap.tensor(), tap.layer())));
  }

  private static Sentence sentence(TapResult tap) {
    return new Sentence()
        .place(tap.role(), tap.layer(), tap.tensor())
        .say(" held ")
        .number("nan", tap.nan())
        .say(" NaN and ")
        .number("inf", tap.inf())
        .say(" infinite values, the first such tensor of the graph that was measured.");
  }
}
