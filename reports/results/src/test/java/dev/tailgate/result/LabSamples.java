package dev.tailgate.result;

import dev.tailgate.result.lab.Claim;
import dev.tailgate.result.lab.LabResult;
import dev.tailgate.result.lab.Study;
import java.util.List;

/** A day in the laboratory with everything that a page must cope with. */
public final class LabSamples {
  private LabSamples() {}

  /** One study with claims of all standings, one of which fell, and points that leave gaps. */
  public static LabResult fallen() {
    return new LabResult(
        LabResult.SCHEMA_VERSION,
        new ToolInfo("tailgate", "0.1.0"),
        "1.26.0",
        7,
        "drawn <digits>",
        List.of(
            new Study(
                "bounds",
                "Do they hold?",
                "10 draws",
                List.of(
                    Claim.proven("a < b & c", "0 violations in 10 draws", true, "lemma 1"),
                    Claim.measured("less than a tenth", "a half", false),
                    Claim.same("as good", "apart by 0.001", true)),
                List.of(
                    new Study.Table(
                        "Errors",
                        List.of("memory", "beta 1"),
                        List.of(List.of("softmax", "0.5"), List.of("softmax1", "<0.5>")))),
                List.of(
                    new Study.Chart(
                        "Error by beta",
                        "beta",
                        "error",
                        true,
                        true,
                        List.of(
                            new Study.Line(
                                "softmax", List.of(1.0, 2.0, 4.0), List.of(0.5, Double.NaN, 0.1)),
                            new Study.Line(
                                "softmax1", List.of(1.0, 2.0, 4.0), List.of(0.5, 0.2, 0.0))))),
                1.25)));
  }
}
