package dev.tailgate.result.diagnosis;

import dev.tailgate.result.TapEvidence;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The gain of a norm is large at the channel that holds the fourth moment of its output.
 *
 * <p>Fires at {@value #RATIO} times the median gain, where the channel alone stands out as in
 * {@link FewChannels}: the largest of some hundred gains of a norm without such channels lies
 * within about twice the median. Strength: the channel's share times the decades of the ratio.
 */
final class NormGain implements Rule {
  static final double RATIO = 3;

  @Override
  public Optional<Observation> look(MeasuredModel facts) {
    return facts.outlying().stream()
        .filter(tap -> FewChannels.isOne(tap) && ratio(tap) >= RATIO)
        .max(Comparator.comparingDouble(NormGain::strength))
        .map(
            tap ->
                new Observation(
                    "norm_gain",
                    sentence(tap),
                    List.of(Advice.SMOOTHQUANT, Advice.ROTATE),
                    strength(tap),
                    Observation.Where.activation(tap.tensor(), tap.layer())));
  }

  private static double ratio(TapEvidence tap) {
    return tap.gain().map(TapEvidence.GainEvidence::ratio).orElse(0.0);
  }

  private static double strength(TapEvidence tap) {
    return tap.channelShare() * Math.log10(ratio(tap));
  }

  private static Sentence sentence(TapEvidence tap) {
    return new Sentence()
        .say("the norm that makes ")
        .place(tap)
        .say(" multiplies channel ")
        .number("channel", tap.channel())
        .say(" by ")
        .number("gain", tap.gain().orElseThrow().value())
        .say(", ")
        .number("gain_ratio", ratio(tap), "x")
        .say(" its median gain; that channel holds ")
        .percent("channel_share", tap.channelShare())
        .say(" of the fourth moment.");
  }
}
