package dev.tailgate.example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.cli.reference.ReferenceModels;
import dev.tailgate.result.RunResult;
import dev.tailgate.run.audit.Audit;
import dev.tailgate.run.audit.AuditRequest;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Outliers and their cost as a unit test, here of a decoder that comes with Tailgate. */
class AuditInATest {
  private static final ReferenceModels FILES = ReferenceModels.unpack(Path.of("target"));

  @Test
  void theModelHasNoOutliersThatCostAnything() {
    RunResult result =
        Audit.run(
            AuditRequest.of(FILES.softmax1())
                .withData(FILES.heldOut())
                .withCalibrationData(FILES.calibration()));
    assertThat(result.headline().averageKurtosis()).isLessThan(10);
    assertThat(result.task().delta().orElseThrow().high()).isLessThan(0.05);
  }
}
