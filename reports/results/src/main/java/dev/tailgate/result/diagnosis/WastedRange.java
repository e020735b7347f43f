package dev.tailgate.result.diagnosis;

import dev.tailgate.result.RangeUse;
import dev.tailgate.result.TapEvidence;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The bulk of an activation gets few levels of its grid, because a few values set the range.
 *
 * <p>Fires where the middle 99.9 % get at most an eighth of the levels, that is, three bits are
 * lost; a Gaussian gets about {@code 2 * 3.3 / (2 * 5)}, two thirds, of the range of a million
 * values. Strength: decades by which the levels are fewer than an eighth.
 */
final class WastedRange implements Rule {
  static final double PART = 1.0 / 8;
  private static final double BULK = 0.999;

  @Override
  public Optional<Observation> look(MeasuredModel facts) {
    return facts.taps().stream()
        .filter(tap -> part(tap) <= PART)
        .min(Comparator.comparingDouble(WastedRange::part))
        .map(
            tap ->
                new Observation(
                    "wasted_range",
                    sentence(tap),
                    advice(tap),
                    Math.log10(PART / part(tap)),
                    Observation.Where.activation(tap.tensor(), tap.layer())));
  }

  private static List<String> advice(TapEvidence tap) {
    return Stream.concat(
            Stream.of(Advice.CLIP),
            Stream.concat(Advice.onChannels(tap).stream(), Stream.of(Advice.EXCEPTIONS)))
        .distinct()
        .toList();
  }

  private static double part(TapEvidence tap) {
    return tap.range().bulkLevels() / tap.range().levels();
  }

  private static Sentence sentence(TapEvidence tap) {
    RangeUse range = tap.range();
    Sentence sentence = new Sentence().percent("bulk", BULK).say(" of the values of ").place(tap);
    sentence.say(range.quantized() ? " get " : " would get ");
    sentence.number("bulk_levels", range.bulkLevels()).say(" of the ");
    sentence.number("levels", range.levels());
    sentence.say(
        range.quantized() ? " levels of its grid" : " levels of a grid over its whole range");
    Optional<Double> sqnr = range.sqnr().filter(Double::isFinite);
    if (sqnr.isPresent()) {
      sentence.say("; rounding it alone leaves ").number("sqnr", sqnr.get(), "dB").say(" SQNR");
    }
    return sentence.say(".");
  }
}
