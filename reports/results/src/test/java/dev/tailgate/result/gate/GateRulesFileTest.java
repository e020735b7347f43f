package dev.tailgate.result.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.tailgate.result.JsonSchema;
import dev.tailgate.result.metric.Metrics;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GateRulesFileTest {
  private static final Path SCHEMA =
      Path.of("src/main/resources/dev/tailgate/result/gate/gate-rules.schema.json");

  @Test
  void readsTheSameFromYamlAndJson() {
    GateRules yaml =
        GateRulesFile.read(
            """
            version: 1
            require: {min_samples: 3, synthetic: true}
            rules:
              - id: k
                metric: tap_kurtosis
                taps: {role: ffn_out, layer: 2, tensor: "/a/*"}
                max_increase: 0.5
                severity: warning
                reason: because
            """,
            "y");
    GateRules json =
        GateRulesFile.read(
            """
            {"version": 1, "require": {"min_samples": 3, "synthetic": true}, "rules": [
              {"id": "k", "metric": "tap_kurtosis", "max_increase": 0.5, "severity": "warning",
               "reason": "because", "taps": {"role": "ffn_out", "layer": 2, "tensor": "/a/*"}}]}
            """,
            "j");
    assertThat(yaml).isEqualTo(json);
    assertThat(yaml.minSamples()).isEqualTo(3);
    assertThat(yaml.rules().get(0).severity()).isEqualTo(Severity.WARNING);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{version: 2, rules: []}|version: expected 1, found 2",
        "{version: 1, rules: []}|would pass everything",
        "{version: 1, rule: []}|the key rule is not known",
        "{version: 1, rules: [{metric: kurtosis, max: 1}]}|rules[0].metric: expected one of average_kurtosis",
        "{version: 1, rules: [{metric: sites, maximum: 1}]}|the key maximum is not known",
        "{version: 1, rules: [{metric: sites}]}|it has no bound",
        "{version: 1, rules: [{metric: sites, min: 1, max_rise: 1}]}|bounds of several kinds",
        "{version: 1, rules: [{metric: sites, max: many}]}|rules[0].max: expected a number, found \"many\"",
        "{version: 1, rules: [{metric: sites, max: .nan}]}|line 1, column 47: expected a number, found '.nan'",
        "{version: 1, rules: [{metric: sites, max_rise: -1}]}|expected a number from 0",
        "{version: 1, rules: [{metric: sites, max: 1, taps: {layer: 0}}]}|not taken over selected taps",
        "{version: 1, rules: [{metric: sites, max: 1}, {metric: sites, min: 1}]}|two rules have the same id",
        "{version: 1, rules: [{metric: sites, max: 1, max: 2}]}|expected each key once, found the key 'max' twice",
        "{version: 1, rules: [{metric: sites, max: 1, severity: fatal}]}|expected error or warning",
        "[1, 2|Reading rules from test, line 1"
      })
  void refusesWhatIsNoRuleAndSaysWhere(String text, String message) {
    assertThatThrownBy(() -> GateRulesFile.read(text, "test"))
        .isInstanceOf(GateRulesException.class)
        .hasMessageContaining("Reading rules from test")
        .hasMessageContaining(message);
  }

  @Test
  void theShippedRulesCanBeRead() {
    assertThat(GateRulesFile.againstBaseline().rules()).isNotEmpty();
    assertThat(GateRulesFile.withoutBaseline().rules())
        .extracting(GateRule::bound)
        .allSatisfy(bound -> assertThat(bound).isInstanceOf(Bound.Absolute.class));
  }

  /** To accept a change: {@code mvn -pl reports/results -am test -Dgolden.accept=true}. */
  @Test
  void theSchemaListsEveryMetric() throws IOException {
    String listed =
        Metrics.gates().stream()
            .map(metric -> " ".repeat(14) + '"' + metric.id() + '"')
            .collect(Collectors.joining(",\n", "\"metric\": {\n            \"enum\": [\n", "\n"));
    if (Boolean.getBoolean("golden.accept")) {
      String schema = Files.readString(SCHEMA);
      int from = schema.indexOf("\"metric\": {");
      int to = schema.indexOf(" ".repeat(12) + "]", from);
      Files.writeString(SCHEMA, schema.substring(0, from) + listed + schema.substring(to));
    }
    assertThat(Files.readString(SCHEMA)).contains(listed + " ".repeat(12) + "]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"default-rules.yaml", "default-rules-absolute.yaml"})
  void theShippedRulesKeepToTheSchema(String name) throws IOException {
    try (InputStream in = Objects.requireNonNull(GateRulesFile.class.getResourceAsStream(name))) {
      assertThat(problems(new String(in.readAllBytes(), StandardCharsets.UTF_8))).isEmpty();
    }
  }

  /** So an editor that knows the schema marks what the reader would refuse. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{version: 2, rules: [{metric: sites, max: 1}]}",
        "{version: 1, rules: []}",
        "{version: 1, rule: []}",
        "{version: 1, rules: [{metric: kurtosis, max: 1}]}",
        "{version: 1, rules: [{metric: sites, maximum: 1}]}",
        "{version: 1, rules: [{metric: sites}]}",
        "{version: 1, rules: [{metric: sites, max: many}]}",
        "{version: 1, rules: [{metric: sites, max_rise: -1}]}",
        "{version: 1, rules: [{metric: sites, max: 1, severity: fatal}]}",
        "{version: 1, require: {min_sample: 1}, rules: [{metric: sites, max: 1}]}"
      })
  void theSchemaRefusesWhatTheReaderRefuses(String text) throws IOException {
    assertThat(problems(text)).isNotEmpty();
    assertThatThrownBy(() -> GateRulesFile.read(text, "test"))
        .isInstanceOf(GateRulesException.class);
  }

  private static List<String> problems(String yaml) throws IOException {
    JsonNode rules = new ObjectMapper(new YAMLFactory()).readTree(yaml);
    return JsonSchema.of(GateRulesFile.schema()).problems(rules.toString());
  }
}
