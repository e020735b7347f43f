package dev.tailgate.junit;

import dev.tailgate.Tailgate;
import dev.tailgate.data.DataSpec;
import dev.tailgate.data.open.Samples;
import dev.tailgate.result.RunResult;
import dev.tailgate.result.gate.GateReport;
import dev.tailgate.result.gate.GateRequest;
import dev.tailgate.result.gate.GateRules;
import dev.tailgate.result.gate.GateRulesFile;
import dev.tailgate.result.json.RunResultJson;
import dev.tailgate.run.audit.AuditRequest;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** What {@link OutlierGate} does. */
final class OutlierGateExtension implements BeforeAllCallback, BeforeEachCallback {
  @Override
  public void beforeAll(ExtensionContext context) {
    judge(context);
  }

  /** The element of a test is its method, so that a class is judged once and not for each test. */
  @Override
  public void beforeEach(ExtensionContext context) {
    judge(context);
  }

  private static void judge(ExtensionContext context) {
    AnnotationSupport.findAnnotation(context.getElement(), OutlierGate.class)
        .ifPresent(OutlierGateExtension::judge);
  }

  private static void judge(OutlierGate gate) {
    // Files of the gate are read first: what is wrong with them is told before the long part.
    Optional<RunResult> baseline =
        given(gate.baseline()).map(file -> RunResultJson.read(Path.of(file)));
    Optional<GateRules> rules = given(gate.rules()).map(file -> GateRulesFile.read(Path.of(file)));
    GateRequest asked = GateRequest.of(Tailgate.audit(request(gate)));
    asked = baseline.map(asked::against).orElse(asked);
    GateReport report = Tailgate.gate(rules.map(asked::with).orElse(asked));
    if (!report.passes()) {
      throw new AssertionError(Tailgate.table(report));
    }
  }

  private static AuditRequest request(OutlierGate gate) {
    Samples samples =
        gate.samples() == 0 ? Samples.DEFAULT : Samples.DEFAULT.atMost(gate.samples());
    if (!gate.data().isEmpty()) {
      samples = samples.withData(DataSpec.parse(gate.data()));
    }
    if (!gate.calibrationData().isEmpty()) {
      samples = samples.withCalibrationData(DataSpec.parse(gate.calibrationData()));
    }
    return AuditRequest.of(Path.of(gate.model()))
        .with(samples)
        .withTaps(gate.taps())
        .withoutExplaining();
  }

  private static Optional<String> given(String value) {
    return value.isEmpty() ? Optional.empty() : Optional.of(value);
  }
}
