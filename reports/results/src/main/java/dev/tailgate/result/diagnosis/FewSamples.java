package dev.tailgate.result.diagnosis;

import dev.tailgate.result.TapEvidence;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Few samples reach the upper half of an activation's range, so that a range depends on whether
 * calibration saw one of them.
 *
 * <p>Fires at {@value #SAMPLES} samples or more and marked kurtosis, where at most {@value #PART}
 * of the samples reach half of the maximum: two samples drawn at random then miss them three times
 * of four. Strength: a third of the decades by which they are few.
 */
final class FewSamples implements Rule {
  static final long SAMPLES = 16;
  static final double PART = 0.125;

  @Override
  public Optional<Observation> look(MeasuredModel facts) {
    return facts.outlying().stream()
        .filter(tap -> tap.samples() >= SAMPLES && part(tap) <= PART && tap.peakSamples() > 0)
        .min(Comparator.comparingDouble(FewSamples::part))
        .map(
            tap ->
                new Observation(
                    "few_samples",
                    sentence(tap),
                    List.of(Advice.CLIP, Advice.MORE_CALIBRATION),
                    -Math.log10(part(tap)) / 3,
                    Observation.Where.activation(tap.tensor(), tap.layer())));
  }

  private static double part(TapEvidence tap) {
    return (double) tap.peakSamples() / tap.samples();
  }

  private static Sentence sentence(TapEvidence tap) {
    return new Sentence()
        .number("peak_samples", tap.peakSamples())
        .say(" of ")
        .number("samples", tap.samples())
        .say(" samples reach half of the largest magnitude of ")
        .place(tap)
        .say(", ")
        .number("abs_max", Math.max(Math.abs(tap.min()), Math.abs(tap.max())))
        .say("; its range hangs on whether calibration sees such samples.");
  }
}
