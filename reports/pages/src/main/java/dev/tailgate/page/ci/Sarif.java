package dev.tailgate.page.ci;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailgate.result.ToolInfo;
import dev.tailgate.result.gate.GateReport;
import dev.tailgate.result.gate.RuleVerdict;
import dev.tailgate.result.gate.Severity;
import dev.tailgate.result.gate.Verdict;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * A gate as SARIF 2.1.0, which code scanning shows: a rule for each rule, a result for each that
 * does not pass. The place of a result is the model's file.
 */
public final class Sarif {
  private static final String SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json";
  private static final JsonMapper MAPPER = new JsonMapper();

  private Sarif() {}

  /** The log as text that ends with a line feed. */
  public static String render(GateReport report, ToolInfo tool) {
    ObjectNode log = MAPPER.createObjectNode();
    log.put("$schema", SCHEMA);
    log.put("version", "2.1.0");
    ObjectNode run = log.putArray("runs").addObject();
    ObjectNode driver = run.putObject("tool").putObject("driver");
    driver.put("name", tool.name());
    driver.put("version", tool.version());
    ArrayNode rules = driver.putArray("rules");
    ArrayNode results = run.putArray("results");
    for (int i = 0; i < report.rules().size(); i++) {
      RuleVerdict verdict = report.rules().get(i);
      ObjectNode rule = rules.addObject();
      rule.put("id", verdict.rule());
      rule.putObject("shortDescription").put("text", "Bound on " + verdict.metric());
      rule.putObject("defaultConfiguration").put("level", level(verdict.severity()));
      if (verdict.verdict() != Verdict.PASS) {
        result(results.addObject(), report, verdict, i);
      }
    }
    try {
      return MAPPER
              .writer(
                  new DefaultPrettyPrinter()
                      .withObjectIndenter(new DefaultIndenter("  ", "\n"))
                      .withArrayIndenter(new DefaultIndenter("  ", "\n")))
              .writeValueAsString(log)
          + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("writing SARIF", e);
    }
  }

  private static void result(ObjectNode result, GateReport report, RuleVerdict verdict, int index) {
    result.put("ruleId", verdict.rule());
    result.put("ruleIndex", index);
    result.put("kind", verdict.verdict() == Verdict.FAIL ? "fail" : "review");
    // The standard has a level for failures only.
    result.put("level", verdict.verdict() == Verdict.FAIL ? level(verdict.severity()) : "none");
    String prefix = verdict.verdict() == Verdict.INCONCLUSIVE ? "Inconclusive: " : "";
    result.putObject("message").put("text", prefix + verdict.sentence());
    ObjectNode location = result.putArray("locations").addObject();
    location
        .putObject("physicalLocation")
        .putObject("artifactLocation")
        .put("uri", uri(report.model()));
    verdict
        .tap()
        .ifPresent(
            tap ->
                location.putArray("logicalLocations").addObject().put("fullyQualifiedName", tap));
    result
        .putObject("partialFingerprints")
        .put("rule/v1", verdict.rule() + ":" + verdict.tap().orElse(""));
  }

  private static String level(Severity severity) {
    return switch (severity) {
      case ERROR -> "error";
      case WARNING -> "warning";
    };
  }

  /** A path as a relative or absolute URI reference, whatever characters it has. */
  private static String uri(String path) {
    String encoded =
        URLEncoder.encode(path.replace('\\', '/'), StandardCharsets.UTF_8)
            .replace("+", "%20")
            .replace("%2F", "/")
            .replace("%7E", "~");
    return encoded.startsWith("/") ? "file://" + encoded : encoded;
  }
}
