package dev.tailgate.result.diagnosis;

import dev.tailgate.result.SaturationEvidence;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Products of int8 weights can leave 16 bits on processors without dot-product instructions.
 *
 * <p>Fires where {@value #SHARE} of all pairs can: fewer are common in weights of one scale.
 * Strength: that share; a simulation does not show it, and processors with VNNI do not have it.
 */
final class UnsafeSums implements Rule {
  static final double SHARE = 0.05;

  @Override
  public Optional<Observation> look(MeasuredModel facts) {
    List<SaturationEvidence> weights = facts.evidence().saturation();
    long pairs = weights.stream().mapToLong(SaturationEvidence::pairs).sum();
    long unsafe = weights.stream().mapToLong(SaturationEvidence::unsafe).sum();
    double share = pairs == 0 ? 0 : (double) unsafe / pairs;
    return weights.stream()
        .max(Comparator.comparingLong(SaturationEvidence::unsafe))
        .filter(worst -> share >= SHARE)
        .map(
            worst ->
                new Observation(
                    "unsafe_sums",
                    sentence(weights.size(), pairs, share, worst),
                    List.of(Advice.REDUCED_RANGE),
                    share,
                    Observation.Where.NOWHERE));
  }

  private static Sentence sentence(
      int weights, long pairs, double share, SaturationEvidence worst) {
    return new Sentence()
        .percent("unsafe", share)
        .say(" of the ")
        .number("pairs", pairs)
        .say(" pairs of products of ")
        .number("weights", weights)
        .say(" int8 weights can leave ")
        .number("bits", 16)
        .say(" bits on x86 processors without VNNI, most of ")
        .name(worst.tensor())
        .say(" (")
        .percent("worst_unsafe", worst.share())
        .say("); simulation does not show it.");
  }
}
