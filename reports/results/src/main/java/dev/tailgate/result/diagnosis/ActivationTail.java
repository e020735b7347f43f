package dev.tailgate.result.diagnosis;

import dev.tailgate.result.TapEvidence;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The output of an activation function reaches far to one side, as GELU, SiLU and ReLU make it.
 *
 * <p>Fires for feed-forward activations of marked kurtosis whose smaller side is at most {@value
 * #SIDE} of the larger, and whose bulk gets at most half of the levels: a symmetric grid loses half
 * of them again. Strength: a third of the decades of kurtosis; the shape is the function's own.
 */
final class ActivationTail implements Rule {
  static final double SIDE = 0.1;
  private static final double HALF = 0.5;
  private static final double PART = 1.0 / 3;

  @Override
  public Optional<Observation> look(MeasuredModel facts) {
    return facts.outlying().stream()
        .filter(tap -> tap.role().equals("ffn_act") && side(tap) <= SIDE)
        .filter(tap -> tap.range().bulkLevels() <= HALF * tap.range().levels())
        .max(Comparator.comparingDouble(TapEvidence::kurtosis))
        .map(
            tap ->
                new Observation(
                    "activation_tail",
                    sentence(tap),
                    List.of(Advice.CLIP, Advice.ASYMMETRIC, Advice.EQUALIZE),
                    PART * MeasuredModel.decades(tap.kurtosis()),
                    Observation.Where.activation(tap.tensor(), tap.layer())));
  }

  private static double side(TapEvidence tap) {
    double above = Math.max(0, tap.max());
    double below = Math.max(0, -tap.min());
    return Math.min(above, below) / Math.max(above, below);
  }

  private static Sentence sentence(TapEvidence tap) {
    return new Sentence()
        .place(tap)
        .say(" runs from ")
        .number("min", tap.min())
        .say(" to ")
        .number("max", tap.max())
        .say(": one side is ")
        .percent("side", side(tap))
        .say(" of the other, and ")
        .percent("bulk", 0.999)
        .say(" of the values lie in ")
        .number("bulk_levels", tap.range().bulkLevels())
        .say(" of ")
        .number("levels", tap.range().levels())
        .say(" levels.");
  }
}
