package dev.tailgate.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.tailgate.Tailgate;
import dev.tailgate.data.ReferenceModel;
import dev.tailgate.result.json.RunResultJson;
import dev.tailgate.run.audit.AuditRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.platform.launcher.EngineFilter;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** Runs small test classes as a build would, and looks at what becomes of them. */
class OutlierGateTest {
  private static final String FOLDER = "target/outlier-gate/";
  private static final String MODEL = FOLDER + "softmax1.onnx";
  private static final String DATA = FOLDER + "heldout.npz";
  private static final String CALIBRATION = FOLDER + "calibration.npz";
  private static final String BASELINE = FOLDER + "baseline.json";

  @BeforeAll
  static void aBaselineOfTheSoftmax1Decoder() throws IOException {
    Path folder = Files.createDirectories(Path.of(FOLDER));
    for (String file : List.of("vanilla.onnx", "softmax1.onnx", "heldout.npz", "calibration.npz")) {
      Files.deleteIfExists(folder.resolve(file));
      ReferenceModel.unpack(file, folder);
    }
    AuditRequest request =
        AuditRequest.of(Path.of(MODEL))
            .withData(Path.of(DATA))
            .withCalibrationData(Path.of(CALIBRATION))
            .withSamples(16);
    Files.writeString(Path.of(BASELINE), RunResultJson.write(Tailgate.audit(request)));
  }

  static class SameModel {
    @Test
    @OutlierGate(
        model = MODEL,
        data = DATA,
        calibrationData = CALIBRATION,
        samples = 16,
        baseline = BASELINE)
    void test() {}
  }

  @OutlierGate(
      model = FOLDER + "vanilla.onnx",
      data = DATA,
      calibrationData = CALIBRATION,
      samples = 16,
      baseline = BASELINE)
  static class ModelWithOutliers {
    @Test
    void first() {}

    @Test
    void second() {}
  }

  static class TooFewSamples {
    @Test
    @OutlierGate(model = MODEL, data = DATA, samples = 2)
    void test() {}
  }

  static class NoBaselineThere {
    @Test
    @OutlierGate(model = MODEL, data = DATA, baseline = FOLDER + "none.json")
    void test() {}
  }

  @Test
  void aTestPassesWhereTheGateDoes() {
    TestExecutionSummary summary = run(SameModel.class);
    assertThat(summary.getFailures()).isEmpty();
    assertThat(summary.getTestsSucceededCount()).isEqualTo(1);
  }

  @Test
  void aClassFailsOnceAndBeforeItsTests() {
    TestExecutionSummary summary = run(ModelWithOutliers.class);
    assertThat(summary.getTestsStartedCount()).isZero();
    assertThat(failure(summary))
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith("FAIL: ")
        .hasMessageContaining("max-inf-norm: max_inf_norm is ");
  }

  @Test
  void whatCouldNotBeJudgedFailsToo() {
    TestExecutionSummary summary = run(TooFewSamples.class);
    assertThat(summary.getTestsAbortedCount()).isZero();
    assertThat(failure(summary))
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith("INCONCLUSIVE: ")
        .hasMessageContaining("fewer than the 16");
  }

  @Test
  void aMissingFileIsNamed() {
    assertThat(failure(run(NoBaselineThere.class))).hasMessageContaining("none.json");
  }

  private static Throwable failure(TestExecutionSummary summary) {
    assertThat(summary.getTestsSucceededCount()).isZero();
    assertThat(summary.getFailures()).hasSize(1);
    return summary.getFailures().get(0).getException();
  }

  private static TestExecutionSummary run(Class<?> tests) {
    SummaryGeneratingListener listener = new SummaryGeneratingListener();
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(selectClass(tests))
            .filters(EngineFilter.includeEngines("junit-jupiter"))
            .build();
    LauncherFactory.create().execute(request, listener);
    return listener.getSummary();
  }
}
