package dev.tailgate.result.diagnosis;

import dev.tailgate.result.TapEvidence;
import dev.tailgate.result.TokenShare;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * One position or token id, or a hundredth of all tokens, holds the fourth moment of an activation.
 *
 * <p>Fires at marked kurtosis where the kind of token holds {@value #EXCESS} more than its share of
 * the tokens, or a hundredth of the tokens hold {@value #HUNDREDTH}: then most of the moment goes
 * with the token rather than with the channel alone. Strength: share times decades of kurtosis.
 */
final class FewTokens implements Rule {
  static final double EXCESS = 0.4;
  static final double HUNDREDTH = 0.5;

  @Override
  public Optional<Observation> look(MeasuredModel facts) {
    return facts.outlying().stream()
        .filter(tap -> tap.token().isPresent())
        .filter(tap -> isKind(tap) || tap.topTokensShare() >= HUNDREDTH)
        .max(Comparator.comparingDouble(FewTokens::strength))
        .map(
            tap ->
                new Observation(
                    "token_outliers",
                    sentence(tap),
                    isKind(tap)
                        ? List.of(Advice.SINK, Advice.EXCEPTIONS, Advice.SOFTMAX1)
                        : List.of(
                            Advice.SINK,
                            Advice.EXCEPTIONS,
                            Advice.SOFTMAX1,
                            Advice.CLIPPED_SOFTMAX),
                    strength(tap),
                    Observation.Where.activation(tap.tensor(), tap.layer())));
  }

  private static boolean isKind(TapEvidence tap) {
    return tap.token().filter(token -> token.excess() >= EXCESS).isPresent();
  }

  private static double strength(TapEvidence tap) {
    double share =
        isKind(tap) ? tap.token().map(TokenShare::excess).orElse(0.0) : tap.topTokensShare();
    return share * MeasuredModel.decades(tap.kurtosis());
  }

  private static Sentence sentence(TapEvidence tap) {
    TokenShare token = tap.token().orElseThrow();
    Sentence sentence = new Sentence();
    if (isKind(tap)) {
      sentence.token(token).say(", ").percent("tokens", token.tokens());
      sentence.say(" of the tokens, holds ").percent("token_share", token.share());
      sentence.say(" of the fourth moment of ").place(tap);
    } else {
      sentence.say("a hundredth of the tokens holds ");
      sentence.percent("top_tokens_share", tap.topTokensShare());
      sentence.say(" of the fourth moment of ").place(tap);
      sentence.say(", at no one position or id (").token(token).say(" leads with ");
      sentence.percent("token_share", token.share()).say(")");
    }
    return sentence.say(", whose pooled kurtosis is ").number("kurtosis", tap.kurtosis()).say(".");
  }
}
