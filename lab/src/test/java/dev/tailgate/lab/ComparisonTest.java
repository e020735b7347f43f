package dev.tailgate.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tailgate.result.lab.Claim;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Intervals are those that SciPy's quantile of Student's t gives; Commons Math finds it by
 * iteration, to 1e-9.
 */
class ComparisonTest {
  private static final List<Double> ONE = List.of(0.83, 0.79, 0.82, 0.85, 0.80);
  private static final List<Double> OTHER = List.of(0.80, 0.80, 0.80, 0.80, 0.80);

  @Test
  void independentDrawsHaveStudentsInterval() {
    Comparison found = Comparison.ofDraws(ONE, OTHER);
    assertThat(found.mean()).isCloseTo(0.018, within(1e-9));
    assertThat(found.interval().low()).isCloseTo(-0.011644321650666, within(1e-9));
    assertThat(found.interval().high()).isCloseTo(0.047644321650666, within(1e-9));
  }

  @Test
  void foldsThatShareSamplesHaveAWiderOne() {
    Comparison found = Comparison.ofFolds(ONE, OTHER, 20, 180);
    assertThat(found.interval().low()).isCloseTo(-0.018972965026706, within(1e-9));
    assertThat(found.interval().high()).isCloseTo(0.054972965026706, within(1e-9));
  }

  @Test
  void aDifferenceIsClaimedWhereTheIntervalDoesNotHoldNought() {
    Claim same = Comparison.ofDraws(ONE, OTHER).claim("same", "other", "it");
    assertThat(same.standing()).isEqualTo(Claim.Standing.NO_DIFFERENCE);
    assertThat(same.statement()).isEqualTo("same");
    Claim differs =
        Comparison.ofDraws(List.of(0.9, 0.91, 0.92), List.of(0.5, 0.52, 0.51))
            .claim("same", "other", "it");
    assertThat(differs.standing()).isEqualTo(Claim.Standing.MEASURED);
    assertThat(differs.statement()).isEqualTo("other");
  }

  @Test
  void onePairTellsNothing() {
    assertThat(Comparison.ofDraws(List.of(1.0), List.of(0.0)).isSame()).isTrue();
    assertThatThrownBy(() -> Comparison.ofDraws(ONE, List.of(0.0)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
