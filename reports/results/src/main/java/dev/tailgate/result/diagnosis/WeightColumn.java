package dev.tailgate.result.diagnosis;

import dev.tailgate.result.WeightEvidence;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * One column of a weight sets the scale of all.
 *
 * <p>Fires where its largest weight is {@value #RATIO} times that of the median column under one
 * scale for the whole tensor, so that the median column has two bits less, and rounding leaves less
 * than {@value #HARMED} dB: 8 bits leave a Gaussian within 4 sigma {@value #GAUSSIAN} dB, and
 * columns next to zero make a large ratio that harms nothing. Strength: decades of the ratio or, if
 * fewer, decades of noise amplitude above a Gaussian's.
 */
final class WeightColumn implements Rule {
  static final double RATIO = 4;
  static final double HARMED = 34;
  static final double GAUSSIAN = 41;
  private static final double DECIBELS = 20;

  @Override
  public Optional<Observation> look(MeasuredModel facts) {
    return facts.evidence().weights().stream()
        .filter(weight -> !weight.perChannel() && weight.columnRatio() >= RATIO)
        .filter(weight -> weight.sqnr() < HARMED)
        .max(Comparator.comparingDouble(WeightColumn::strength))
        .map(
            weight ->
                new Observation(
                    "weight_columns",
                    sentence(weight),
                    List.of(Advice.PER_CHANNEL, Advice.EQUALIZE, Advice.GPTQ),
                    strength(weight),
                    Observation.Where.weight(weight.tensor(), weight.layer())));
  }

  private static double strength(WeightEvidence weight) {
    return Math.min(Math.log10(weight.columnRatio()), (GAUSSIAN - weight.sqnr()) / DECIBELS);
  }

  private static Sentence sentence(WeightEvidence weight) {
    Sentence sentence = new Sentence().say("column ").number("column", weight.column());
    sentence.say(" of the weight ").name(weight.tensor());
    if (weight.layer() >= 0) {
      sentence.say(" in layer ").number("layer", weight.layer());
    }
    sentence.say(" reaches ").number("column_ratio", weight.columnRatio(), "x");
    sentence.say(" the largest magnitude of the median column, under one scale for all");
    if (Double.isFinite(weight.sqnr())) {
      sentence.say("; rounding it alone leaves ").number("sqnr", weight.sqnr(), "dB").say(" SQNR");
    }
    return sentence.say(".");
  }
}
