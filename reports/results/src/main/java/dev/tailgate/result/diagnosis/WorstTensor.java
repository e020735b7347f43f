package dev.tailgate.result.diagnosis;

import dev.tailgate.result.Damage;
import dev.tailgate.result.SensitivityResult;
import dev.tailgate.result.SensitivityRow;
import dev.tailgate.result.TapEvidence;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * One tensor makes much of the damage, whatever its statistics look like.
 *
 * <p>Fires with a sensitivity whose whole scheme leaves less than {@value
 * WeightsOrActivations#HARMED} dB at the outputs, where one tensor quantized alone makes {@value
 * #SHARE} of the noise of all tensors quantized alone. Strength: that share. {@link Diagnosis}
 * drops it where another finding speaks of the tensor.
 */
final class WorstTensor implements Rule {
  static final String CAUSE = "worst_tensor";
  static final double SHARE = 0.2;

  @Override
  public Optional<Observation> look(MeasuredModel facts) {
    return facts
        .sensitivity()
        .filter(parts -> WeightsOrActivations.isHarmed(parts))
        .flatMap(parts -> worst(parts).flatMap(row -> observation(row, parts, facts)));
  }

  private static Optional<SensitivityRow> worst(SensitivityResult parts) {
    return parts.rows().stream()
        .filter(row -> row.tensor().isPresent())
        .filter(row -> sqnr(row) < Double.POSITIVE_INFINITY)
        .min(Comparator.comparingDouble(WorstTensor::sqnr));
  }

  private static double sqnr(SensitivityRow row) {
    return row.alone()
        .map(Damage::sqnr)
        .map(x -> x.isNaN() ? Double.NEGATIVE_INFINITY : x)
        .orElse(Double.POSITIVE_INFINITY);
  }

  private static Optional<Observation> observation(
      SensitivityRow row, SensitivityResult parts, MeasuredModel facts) {
    String tensor = row.tensor().orElseThrow();
    Optional<TapEvidence> tap =
        facts.evidence().taps().stream().filter(t -> t.tensor().equals(tensor)).findFirst();
    Observation.Where where =
        new Observation.Where(row.kind(), List.of(tensor), List.of(row.layer()));
    return new KnownDamage(parts)
        .share(where)
        .filter(share -> share >= SHARE)
        .map(share -> new Observation(CAUSE, sentence(row, tap), advice(tap), share, where));
  }

  private static List<String> advice(Optional<TapEvidence> tap) {
    return tap.isPresent()
        ? List.of(Advice.SCALES, Advice.ROTATE, Advice.CLIP, Advice.EXCEPTIONS)
        : List.of(Advice.SCALES, Advice.EXCEPTIONS);
  }

  private static Sentence sentence(SensitivityRow row, Optional<TapEvidence> tap) {
    Sentence sentence = new Sentence().say("quantized alone, ");
    if (tap.isPresent()) {
      sentence.place(tap.get());
    } else {
      sentence.name(row.label());
    }
    WeightsOrActivations.left(sentence, row.alone().map(Damage::sqnr).orElse(Double.NaN));
    tap.ifPresent(
        t -> {
          sentence.say("; channel ").number("channel", t.channel()).say(" of ");
          sentence.number("channels", t.channels()).say(" holds ");
          sentence.percent("channel_share", t.channelShare()).say(" of its fourth moment");
          t.token()
              .ifPresent(
                  token ->
                      sentence
                          .say(", ")
                          .token(token)
                          .say(", ")
                          .percent("tokens", token.tokens())
                          .say(" of the tokens, ")
                          .percent("token_share", token.share()));
          sentence.say(", and its pooled kurtosis is ").number("kurtosis", t.kurtosis());
        });
    return sentence.say(".");
  }
}
