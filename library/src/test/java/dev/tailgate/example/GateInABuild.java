package dev.tailgate.example;

import dev.tailgate.Tailgate;
import dev.tailgate.result.RunResult;
import dev.tailgate.result.gate.GateReport;
import dev.tailgate.result.gate.GateRequest;
import dev.tailgate.run.audit.AuditRequest;
import java.nio.file.Path;
import java.util.List;

/** A step of a build: audits MODEL on DATA, writes a report to OUT, compares with BASELINE. */
public final class GateInABuild {
  private GateInABuild() {}

  public static void main(String[] args) {
    RunResult result = Tailgate.audit(AuditRequest.of(Path.of(args[0])).withData(Path.of(args[1])));
    Tailgate.report(List.of(result), Path.of(args[2]));
    RunResult baseline = Tailgate.read(Path.of(args[3]));
    GateReport report = Tailgate.gate(GateRequest.of(result).against(baseline));
    if (!report.passes()) {
      throw new IllegalStateException(Tailgate.table(report));
    }
  }
}
