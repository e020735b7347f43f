package dev.tailgate.example;

import dev.tailgate.quant.audit.Audit;
import dev.tailgate.quant.audit.AuditRequest;
import dev.tailgate.reports.ReportWriter;
import dev.tailgate.reports.console.GateText;
import dev.tailgate.reports.gate.Gate;
import dev.tailgate.reports.gate.GateReport;
import dev.tailgate.reports.gate.GateRulesFile;
import dev.tailgate.reports.gate.Verdict;
import dev.tailgate.reports.json.RunResultJson;
import dev.tailgate.stats.result.RunResult;
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
