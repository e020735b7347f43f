package dev.tailgate.result.diagnosis;

import dev.tailgate.result.TapEvidence;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * One channel, or a hundredth of them, holds the fourth moment of an activation.
 *
 * <p>Fires at marked kurtosis where one channel holds at least {@value #ONE} of it and {@value
 * #TIMES} times its even share, or a hundredth of the channels hold {@value #HUNDREDTH}. A quarter
 * in a single channel is far from even at any width above 20; half in a hundredth is where scales
 * for a few channels change most of the range. Strength: share times decades of kurtosis.
 */
final class FewChannels implements Rule {
  static final double ONE = 0.25;
  static final double TIMES = 5;
  static final double HUNDREDTH = 0.5;

  @Override
  public Optional<Observation> look(MeasuredModel facts) {
    List<TapEvidence> hit =
        facts.outlying().stream().filter(tap -> isOne(tap) || isSome(tap)).toList();
    return hit.stream()
        .max(Comparator.comparingDouble(FewChannels::strength))
        .map(
            tap ->
                new Observation(
                    "channel_outliers",
                    sentence(tap, hit, facts),
                    Advice.onChannels(tap),
                    strength(tap),
                    Observation.Where.activation(tap.tensor(), tap.layer())));
  }

  static boolean isOne(TapEvidence tap) {
    return tap.channelShare() >= Math.max(ONE, TIMES / tap.channels());
  }

  private static boolean isSome(TapEvidence tap) {
    return tap.topChannels() < tap.channels() / TIMES && tap.topChannelsShare() >= HUNDREDTH;
  }

  private static double strength(TapEvidence tap) {
    double share = isOne(tap) ? tap.channelShare() : tap.topChannelsShare();
    return share * MeasuredModel.decades(tap.kurtosis());
  }

  private static Sentence sentence(TapEvidence tap, List<TapEvidence> hit, MeasuredModel facts) {
    Sentence sentence = new Sentence();
    if (isOne(tap)) {
      sentence.say("channel ").number("channel", tap.channel());
      sentence.say(" of ").number("channels", tap.channels()).say(" holds ");
      sentence.percent("channel_share", tap.channelShare());
    } else {
      sentence.number("top_channels", tap.topChannels());
      sentence.say(" of ").number("channels", tap.channels()).say(" channels hold ");
      sentence.percent("top_channels_share", tap.topChannelsShare());
    }
    sentence.say(" of the fourth moment of ").place(tap);
    sentence.say(", whose pooled kurtosis is ").number("kurtosis", tap.kurtosis());
    long same = hit.stream().filter(t -> isOne(t) && t.channel() == tap.channel()).count();
    if (isOne(tap) && same > 1) {
      sentence.say("; the same channel leads in ").number("taps_with_it", same);
      sentence.say(" of ").number("taps", facts.taps().size()).say(" taps looked at");
    }
    return sentence.say(".");
  }
}
