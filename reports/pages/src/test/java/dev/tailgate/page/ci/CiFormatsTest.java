package dev.tailgate.page.ci;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tailgate.page.console.GateText;
import dev.tailgate.result.Golden;
import dev.tailgate.result.InLocale;
import dev.tailgate.result.JsonSchema;
import dev.tailgate.result.RunResult;
import dev.tailgate.result.Samples;
import dev.tailgate.result.gate.Gate;
import dev.tailgate.result.gate.GateReport;
import dev.tailgate.result.gate.GateRulesFile;
import dev.tailgate.result.gate.Verdict;
import dev.tailgate.result.json.GateReportJson;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.util.Objects;
import java.util.Optional;
import javax.xml.XMLConstants;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.Schema;
import javax.xml.validation.SchemaFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xml.sax.SAXException;

class CiFormatsTest {
  /** Every verdict and both severities. */
  private static GateReport mixed(RunResult result) {
    return Gate.judge(
        result,
        Optional.of(Samples.twin()),
        GateRulesFile.read(
            """
            version: 1
            require: {synthetic: true}
            rules:
              - {metric: average_kurtosis, max_increase: 0.25}
              - {metric: sites, max_fall: 0}
              - {metric: tap_kurtosis, taps: {layer: 77}, max: 1}
              - {id: "worst | tap", metric: tap_kurtosis, max: 5, severity: warning}
            """,
            "test"));
  }

  private static final GateReport MIXED = mixed(Samples.vanilla());
  private static final GateReport HOSTILE = mixed(Samples.hostile());

  @ParameterizedTest
  @ValueSource(strings = {"und", "de", "tr"})
  void everyFormatIsSealedInEveryLanguage(String language) throws IOException {
    Golden.check("gate.xml", InLocale.of(language, () -> JunitXml.render(MIXED)));
    Golden.check(
        "gate.sarif", InLocale.of(language, () -> Sarif.render(MIXED, Samples.vanilla().tool())));
    Golden.check("gate.md", InLocale.of(language, () -> GateMarkdown.render(MIXED)));
    Golden.check("gate.txt", InLocale.of(language, () -> GateText.render(MIXED)));
    Golden.check("gate.json", InLocale.of(language, () -> GateReportJson.write(MIXED)));
  }

  @Test
  void theXmlKeepsToTheSchemaWhateverTheNames() throws IOException, SAXException {
    Schema schema =
        SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI)
            .newSchema(
                Objects.requireNonNull(CiFormatsTest.class.getResource("/schema/junit.xsd")));
    for (GateReport report : new GateReport[] {MIXED, HOSTILE}) {
      schema.newValidator().validate(new StreamSource(new StringReader(JunitXml.render(report))));
    }
  }

  @Test
  void failuresAndInconclusiveRulesAreRedAndWarningsAreNot() {
    assertThat(MIXED.verdict()).isEqualTo(Verdict.FAIL);
    assertThat(JunitXml.render(MIXED))
        .contains("tests=\"4\" failures=\"1\" errors=\"1\"")
        .contains("<failure message=\"average_kurtosis is ")
        .contains("<error message=\"No measured tap is of layer 77.\" type=\"inconclusive\">")
        .contains("<system-out>warning, FAIL: ");
  }

  @Test
  void theSarifLogHasARuleForEveryResult() throws IOException {
    for (GateReport report : new GateReport[] {MIXED, HOSTILE}) {
      JsonNode log = new ObjectMapper().readTree(Sarif.render(report, Samples.vanilla().tool()));
      assertThat(log.path("version").asText()).isEqualTo("2.1.0");
      JsonNode run = log.at("/runs/0");
      JsonNode rules = run.at("/tool/driver/rules");
      assertThat(rules).hasSize(4);
      for (JsonNode result : run.path("results")) {
        JsonNode rule = rules.get(result.path("ruleIndex").asInt());
        assertThat(rule.path("id")).isEqualTo(result.path("ruleId"));
        assertThat(result.at("/message/text").asText()).isNotEmpty();
        // The standard: a level other than none belongs to the kind fail.
        boolean isFailure = result.path("kind").asText().equals("fail");
        assertThat(result.path("level").asText().equals("none")).isNotEqualTo(isFailure);
        String uri = result.at("/locations/0/physicalLocation/artifactLocation/uri").asText();
        assertThat(URI.create(uri).toString()).isEqualTo(uri);
      }
    }
  }

  @Test
  void theSarifLogKeepsToTheSchemaOfTheStandardWhateverTheNames() throws IOException {
    JsonSchema schema = JsonSchema.sarif();
    for (GateReport report : new GateReport[] {MIXED, HOSTILE}) {
      String log = Sarif.render(report, Samples.vanilla().tool());
      assertThat(schema.problems(log)).isEmpty();
      assertThat(schema.problems(log.replace("\"ruleIndex\" : ", "\"ruleIndex\" : -9")))
          .isNotEmpty();
    }
  }

  @Test
  void namesAreNoMarkup() {
    assertThat(GateMarkdown.render(HOSTILE)).doesNotContain("<script").contains("&lt;script&gt;");
    assertThat(GateMarkdown.render(MIXED)).contains("worst \\| tap");
    assertThat(GateText.render(HOSTILE)).doesNotContain("\u001b");
  }
}
