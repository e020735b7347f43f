package dev.tailgate.result.json;

import dev.tailgate.result.gate.GateReport;

/** Writes a {@link GateReport} as JSON, in the manner of {@link RunResultJson}. */
public final class GateReportJson {
  private GateReportJson() {}

  /** The report as JSON text that ends with a line feed. */
  public static String write(GateReport report) {
    return RecordMapper.write(report);
  }
}
