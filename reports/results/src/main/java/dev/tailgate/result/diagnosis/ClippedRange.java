package dev.tailgate.result.diagnosis;

import dev.tailgate.result.TapEvidence;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The grid of an activation ends before its values do, and the noise is large.
 *
 * <p>Fires where at least {@value #CLIPPED} of the values lie beyond the grid and rounding leaves
 * less than {@value #SQNR} dB: below that noise is a tenth of the signal's amplitude. Clipping
 * fewer values is what good ranges do. Strength: decades of noise amplitude above that.
 */
final class ClippedRange implements Rule {
  static final double CLIPPED = 1e-3;
  static final double SQNR = 20;

  @Override
  public Optional<Observation> look(MeasuredModel facts) {
    return facts.taps().stream()
        .filter(tap -> tap.range().clipped().orElse(0.0) >= CLIPPED)
        .filter(tap -> Double.isFinite(sqnr(tap)) && sqnr(tap) < SQNR)
        .min(Comparator.comparingDouble(ClippedRange::sqnr))
        .map(
            tap ->
                new Observation(
                    "clipped_range",
                    sentence(tap),
                    List.of(Advice.CLIP, Advice.MORE_CALIBRATION, Advice.EXCEPTIONS),
                    (SQNR - sqnr(tap)) / SQNR,
                    Observation.Where.activation(tap.tensor(), tap.layer())));
  }

  private static double sqnr(TapEvidence tap) {
    return tap.range().sqnr().orElse(Double.POSITIVE_INFINITY);
  }

  private static Sentence sentence(TapEvidence tap) {
    return new Sentence()
        .percent("clipped", tap.range().clipped().orElse(0.0))
        .say(" of the values of ")
        .place(tap)
        .say(" lie beyond its grid; rounding it alone leaves ")
        .number("sqnr", sqnr(tap), "dB")
        .say(" SQNR.");
  }
}
