package dev.tailgate.example;

import dev.tailgate.page.ReportWriter;
import dev.tailgate.page.console.GateText;
import dev.tailgate.result.RunResult;
import dev.tailgate.result.gate.Gate;
import dev.tailgate.result.gate.GateReport;
import dev.tailgate.result.gate.GateRulesFile;
import dev.tailgate.result.gate.Verdict;
import dev.tailgate.result.json.RunResultJson;
import dev.tailgate.run.audit.Audit;
import dev.tailgate.run.audit.AuditRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A step of a build: audits MODEL on DATA, writes a report into OUT, and compares with BASELINE.
 */
public final class GateInABuild {
  private GateInABuild() {}

  public static void main(String[] args) throws IOException {
    RunResult result = Audit.run(AuditRequest.of(Path.of(args[0])).withData(Path.of(args[1])));
    ReportWriter.write(List.of(result), Path.of(args[2]));
    RunResult baseline = RunResultJson.read(Path.of(args[3]));
    GateReport report = Gate.judge(result, Optional.of(baseline), GateRulesFile.againstBaseline());
    if (report.verdict() != Verdict.PASS) {
      throw new IllegalStateException(GateText.render(report));
    }
  }
}
