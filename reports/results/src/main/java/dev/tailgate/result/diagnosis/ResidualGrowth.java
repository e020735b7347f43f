package dev.tailgate.result.diagnosis;

import dev.tailgate.result.TapResult;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The kurtosis of the blocks' outputs grows with depth, as where a residual stream collects what
 * each block adds to the same channels.
 *
 * <p>Fires at three blocks or more, where the last output is marked, has {@value #RATIO} times the
 * kurtosis of the first, and {@value #RISING} of the steps go up. Strength: half the decades of
 * growth; depth tells where to look rather than what to change.
 */
final class ResidualGrowth implements Rule {
  static final double RATIO = 4;
  static final double RISING = 0.7;
  private static final int BLOCKS = 3;

  @Override
  public Optional<Observation> look(MeasuredModel facts) {
    List<TapResult> outputs =
        facts.result().taps().stream()
            .filter(tap -> tap.role().equals("block_out") && tap.layer() >= 0)
            .filter(tap -> tap.kurtosis() > 0 && Double.isFinite(tap.kurtosis()))
            .sorted(Comparator.comparingInt(TapResult::layer))
            .toList();
    if (outputs.size() < BLOCKS) {
      return Optional.empty();
    }
    double first = outputs.get(0).kurtosis();
    double last = outputs.get(outputs.size() - 1).kurtosis();
    int steepest = 1;
    int rising = 0;
    for (int i = 1; i < outputs.size(); i++) {
      rising += step(outputs, i) > 1 ? 1 : 0;
      steepest = step(outputs, i) > step(outputs, steepest) ? i : steepest;
    }
    boolean grows = rising >= RISING * (outputs.size() - 1);
    if (last < MeasuredModel.MARKED || last < RATIO * first || !grows) {
      return Optional.empty();
    }
    TapResult at = outputs.get(steepest);
    return Optional.of(
        new Observation(
            "residual_growth",
            sentence(outputs, steepest),
            List.of(Advice.ROTATE, Advice.SMOOTHQUANT, Advice.SOFTMAX1),
            Math.log10(last / first) / 2,
            Observation.Where.activation(at.tensor(), at.layer())));
  }

  private static double step(List<TapResult> outputs, int i) {
    return outputs.get(i).kurtosis() / outputs.get(i - 1).kurtosis();
  }

  private static Sentence sentence(List<TapResult> outputs, int steepest) {
    TapResult first = outputs.get(0);
    TapResult last = outputs.get(outputs.size() - 1);
    return new Sentence()
        .say("pooled kurtosis of block_out grows from ")
        .number("first_kurtosis", first.kurtosis())
        .say(" after layer ")
        .number("first_layer", first.layer())
        .say(" to ")
        .number("last_kurtosis", last.kurtosis())
        .say(" after layer ")
        .number("last_layer", last.layer())
        .say(", most in layer ")
        .number("steepest_layer", outputs.get(steepest).layer())
        .say(", by ")
        .number("steepest_ratio", step(outputs, steepest), "x")
        .say(".");
  }
}
