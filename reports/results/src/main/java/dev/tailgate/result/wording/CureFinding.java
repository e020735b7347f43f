package dev.tailgate.result.wording;

import dev.tailgate.result.CureResult;
import dev.tailgate.result.CureResult.Kind;
import dev.tailgate.result.CureResult.Stage;
import dev.tailgate.result.Score;
import java.util.Locale;
import java.util.Optional;

/** What a cure came to, in a few sentences; only what its numbers carry. ASCII. */
public final class CureFinding {
  private CureFinding() {}

  /** The sentences. */
  public static String of(CureResult result) {
    Stage original = result.stage(Kind.ORIGINAL);
    Stage cured = result.stage(Kind.CURED);
    String scheme = SchemeName.shown(result.scheme());
    return task(result, original, cured, scheme)
        + " The average kurtosis goes from "
        + fromTo(original.averageKurtosis(), cured.averageKurtosis())
        + ", the largest infinity norm from "
        + fromTo(original.maxInfNorm(), cured.maxInfNorm())
        + ".";
  }

  private static String task(CureResult result, Stage original, Stage cured, String scheme) {
    Optional<Score> before = original.cost();
    Optional<Score> after = cured.cost();
    if (result.metric().isEmpty() || before.isEmpty() || after.isEmpty()) {
      return "The float outputs of the cured model are those of the original to "
          + Numbers.decibels(cured.sqnr())
          + ", the rewritten model's to "
          + Numbers.decibels(result.stage(Kind.REWRITTEN).sqnr())
          + ". "
          + scheme
          + " keeps its own outputs to "
          + Numbers.decibels(cured.quantizedSqnr())
          + ", those of the original to "
          + Numbers.decibels(original.quantizedSqnr())
          + ".";
    }
    return scheme
        + " changes the "
        + result.metric().get()
        + " of the cured model by "
        + with(after.get())
        + "; of the original by "
        + with(before.get())
        + ". In float it is "
        + cured.fp().map(s -> Numbers.compact(s.value())).orElse("unknown")
        + " after "
        + original.fp().map(s -> Numbers.compact(s.value())).orElse("unknown")
        + cured.fpChange().map(CureFinding::doubt).orElse("")
        + ".";
  }

  private static String doubt(Score change) {
    if (!change.hasInterval()) {
      return "";
    }
    return change.low() > 0 || change.high() < 0
        ? ", a change of " + with(change)
        : ", no different as far as these samples tell";
  }

  private static String with(Score score) {
    String value = Numbers.signed(score.value());
    return score.hasInterval()
        ? value + " (" + Numbers.signed(score.low()) + " to " + Numbers.signed(score.high()) + ")"
        : value;
  }

  private static String fromTo(double before, double after) {
    String words = Numbers.compact(before) + " to " + Numbers.compact(after);
    double change = 100 * (after / before - 1);
    return Double.isFinite(change)
        ? words + String.format(Locale.ROOT, " (%+.1f %%)", change + 0.0)
        : words;
  }
}
