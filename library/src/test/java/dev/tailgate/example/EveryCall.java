package dev.tailgate.example;

import dev.tailgate.Tailgate;
import dev.tailgate.onnx.method.Method;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.result.Inspection;
import dev.tailgate.result.QuantizeReport;
import dev.tailgate.result.RewriteReport;
import dev.tailgate.result.RunResult;
import dev.tailgate.result.compare.Comparison;
import dev.tailgate.result.gate.GateReport;
import dev.tailgate.result.gate.GateRequest;
import dev.tailgate.run.audit.AuditRequest;
import dev.tailgate.run.compare.CompareRequest;
import dev.tailgate.run.heal.HealRequest;
import dev.tailgate.run.heal.Healed;
import dev.tailgate.run.quantize.QuantizeRequest;
import dev.tailgate.run.rewrite.RewriteRequest;
import java.nio.file.Path;
import java.util.List;

/** The front door, call by call. */
final class EveryCall {
  private EveryCall() {}

  /** What the calls gave. */
  record Records(
      Inspection inspection,
      RunResult audit,
      RewriteReport rewrite,
      QuantizeReport quantize,
      Healed healed,
      Comparison comparison,
      GateReport gate,
      Path page) {}

  static Records run(Path model, Path data, Path out, RunProgress progress) {
    Path other = out.resolve("softmax1.onnx");
    Path small = out.resolve("int8.onnx");
    // <page>
    Inspection inspection = Tailgate.inspect(model);
    RunResult audit = Tailgate.audit(AuditRequest.of(model).withData(data), progress);
    RewriteReport rewrite =
        Tailgate.rewrite(RewriteRequest.of(model, other, Method.OUTEFFHOP), progress);
    QuantizeReport quantize =
        Tailgate.quantize(QuantizeRequest.of(model, small).withData(data), progress);
    Healed healed = Tailgate.heal(HealRequest.of(model).withData(data), progress);
    Comparison comparison =
        Tailgate.compare(CompareRequest.of(List.of(model, other)).withData(data), progress);
    GateReport gate = Tailgate.gate(GateRequest.of(audit));
    Path page = Tailgate.report(List.of(audit), out);
    // </page>
    return new Records(inspection, audit, rewrite, quantize, healed, comparison, gate, page);
  }
}
