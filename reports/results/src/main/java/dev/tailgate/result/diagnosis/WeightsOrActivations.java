package dev.tailgate.result.diagnosis;

import dev.tailgate.result.SensitivityResult;
import java.util.List;
import java.util.Optional;

/**
 * Nearly all of the damage is that of activations, or that of weights.
 *
 * <p>Fires with a sensitivity whose whole scheme leaves less than {@value #HARMED} dB at the
 * outputs, where one kind makes {@value #SHARE} of the noise of the parts quantized alone.
 * Strength: that share.
 */
final class WeightsOrActivations implements Rule {
  static final double HARMED = 30;
  static final double SHARE = 0.9;

  @Override
  public Optional<Observation> look(MeasuredModel facts) {
    return facts.sensitivity().flatMap(WeightsOrActivations::look);
  }

  private static Optional<Observation> look(SensitivityResult sensitivity) {
    return new KnownDamage(sensitivity)
        .kinds()
        .filter(kinds -> share(kinds) >= SHARE && isHarmed(sensitivity))
        .map(kinds -> observation(kinds, sensitivity.all().sqnr()));
  }

  static boolean isHarmed(SensitivityResult sensitivity) {
    return !(sensitivity.all().sqnr() >= HARMED);
  }

  /** What is left of the outputs, as it follows what is quantized. */
  static Sentence left(Sentence sentence, double sqnr) {
    return Double.isNaN(sqnr)
        ? sentence.say(" leaves outputs that are not finite")
        : sentence.say(" leaves ").number("sqnr", sqnr, "dB").say(" SQNR at the outputs");
  }

  private static double share(KnownDamage.Kinds kinds) {
    return Math.max(kinds.weights(), kinds.activations()) / (kinds.weights() + kinds.activations());
  }

  private static Observation observation(KnownDamage.Kinds kinds, double all) {
    boolean ofWeights = kinds.weights() > kinds.activations();
    return new Observation(
        ofWeights ? "weights_hurt" : "activations_hurt",
        sentence(ofWeights, share(kinds), all),
        ofWeights
            ? List.of(Advice.GPTQ, Advice.PER_CHANNEL, Advice.EQUALIZE)
            : List.of(Advice.SMOOTHQUANT, Advice.CLIP, Advice.ROTATE),
        share(kinds),
        Observation.Where.NOWHERE);
  }

  private static Sentence sentence(boolean ofWeights, double share, double all) {
    Sentence sentence =
        new Sentence()
            .say(ofWeights ? "weights make " : "activations make ")
            .percent("noise_share", share)
            .say(" of the noise that parts make when quantized one at a time, ")
            .say(ofWeights ? "activations " : "weights ")
            .percent("other_noise_share", 1 - share)
            .say("; everything quantized");
    return left(sentence, all).say(".");
  }
}
