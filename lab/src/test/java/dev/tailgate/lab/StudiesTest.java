package dev.tailgate.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.result.lab.Claim;
import dev.tailgate.result.lab.Study;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Numbers of studies against closed forms. */
class StudiesTest {
  private static Study study(Experiment experiment, long seed) {
    try (Laboratory lab =
        new Laboratory(seed, Optional.empty(), RunnerOptions.DEFAULT, RunProgress.SILENT)) {
      return experiment.run(lab);
    }
  }

  /** Norms of Softmax1 by {@code S / (1 + S)}, {@code S = 100 exp(-0.866 beta)}. */
  @Test
  void aQueryOppositeToAllRetrievesWhatTheFormulaSays() {
    Study found = study(new NoOpExperiment(), 1);
    Study.Line softmax = found.charts().get(0).lines().get(0);
    Study.Line softmax1 = found.charts().get(0).lines().get(1);
    for (int i = 0; i < softmax.x().size(); i++) {
      double s = 100 * Math.exp(-0.866 * softmax.x().get(i));
      // All memories are alike to the query, so softmax gives their mean: 0.866 along the axis,
      // and across it about 0.5 / sqrt(100).
      assertThat(softmax.y().get(i)).isCloseTo(0.866, within(0.01));
      assertThat(softmax1.y().get(i) / softmax.y().get(i)).isCloseTo(s / (1 + s), within(1e-12));
    }
    assertThat(found.claims()).allMatch(Claim::holds);
    assertThat(study(new NoOpExperiment(), 2).charts()).isNotEqualTo(found.charts());
  }

  @Test
  void everyStepOfEveryMemoryLowersTheEnergyByHalfItsSquare() {
    Study found = study(new EnergyExperiment(), 2);
    assertThat(found.claims())
        .hasSize(4)
        .allMatch(claim -> claim.found().startsWith("0 violations in 30000 steps"));
    for (Study.Chart chart : found.charts()) {
      for (Study.Line line : chart.lines()) {
        for (int t = 1; t < line.y().size(); t++) {
          assertThat(line.y().get(t)).isLessThanOrEqualTo(line.y().get(t - 1) + 1e-11);
        }
      }
    }
  }
}
