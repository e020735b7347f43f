package dev.tailgate.result.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.result.InLocale;
import dev.tailgate.result.Inspection;
import dev.tailgate.result.JsonSchema;
import dev.tailgate.result.NearMiss;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Against what the commands printed of real models before these records had a place of their own.
 */
class ReportJsonTest {
  @ParameterizedTest
  @ValueSource(strings = {"inspection-bert", "inspection-llama"})
  void writesInspectionsAsTheyWereAlwaysPrinted(String name) throws IOException {
    holds(name, PublishedSchema.INSPECTION, json -> ReportJson.write(ReportJson.inspection(json)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"rewrite-clipped", "rewrite-gated", "rewrite-sinks"})
  void writesRewritesAsTheyWereAlwaysPrinted(String name) throws IOException {
    holds(name, PublishedSchema.REWRITE_REPORT, json -> ReportJson.write(ReportJson.rewrite(json)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"quantize-bert", "quantize-qoperator"})
  void writesQuantizationsAsTheyWereAlwaysPrinted(String name) throws IOException {
    holds(
        name, PublishedSchema.QUANTIZE_REPORT, json -> ReportJson.write(ReportJson.quantize(json)));
  }

  private static void holds(String name, PublishedSchema schema, UnaryOperator<String> again)
      throws IOException {
    String printed = printed(name);
    for (String language : List.of("und", "de", "tr")) {
      assertThat(InLocale.of(language, () -> again.apply(printed))).isEqualTo(printed);
    }
    assertThat(JsonSchema.closed(schema.text()).problems(printed)).isEmpty();
  }

  @Test
  void leavesOutWhatIsAbsentAndReadsItBack() throws IOException {
    Inspection odd =
        new Inspection(
            new Inspection.File("m.onnx", 8, Map.of("ai.onnx", 17L), "", 1, 0, 0, 9, List.of(), 0),
            List.of(new Inspection.Value("x", "float", Optional.empty())),
            List.of(new Inspection.Value("y", "float", Optional.of(List.of()))),
            List.of(),
            List.of(new NearMiss("s", "Softmax", "its scores come from nowhere")),
            "unknown",
            "all",
            Map.of("all", 0),
            List.of(),
            List.of(),
            Optional.empty());
    String json = ReportJson.write(odd);
    assertThat(json).doesNotContain("null").contains("\"shape\" : [ ]");
    assertThat(ReportJson.inspection(json)).isEqualTo(odd);
    assertThat(JsonSchema.closed(PublishedSchema.INSPECTION.text()).problems(json)).isEmpty();
  }

  @Test
  void writesWhatIsNoNumberAsText() throws IOException {
    String broken =
        printed("rewrite-clipped")
            .replaceFirst("\"no_op_mass\" : [0-9.]+", "\"no_op_mass\" : \"NaN\"");
    assertThat(ReportJson.write(ReportJson.rewrite(broken)))
        .isEqualTo(broken)
        .contains("\"no_op_mass\" : \"NaN\"");
    assertThat(JsonSchema.of(PublishedSchema.REWRITE_REPORT.text()).problems(broken)).isEmpty();
  }

  @Test
  void refusesWhatIsNoReport() throws IOException {
    String wrong = printed("quantize-bert").replaceFirst("\"placement\" : \"[a-z_-]+\",", "");
    assertThatThrownBy(() -> ReportJson.quantize(wrong))
        .isInstanceOf(ResultFormatException.class)
        .hasMessageContaining("reading the report of a quantization")
        .hasMessageContaining("placement");
    assertThat(JsonSchema.of(PublishedSchema.QUANTIZE_REPORT.text()).problems(wrong))
        .anyMatch(problem -> problem.contains("placement"));
  }

  private static String printed(String name) throws IOException {
    try (InputStream in =
        ReportJsonTest.class.getResourceAsStream("/golden/printed/" + name + ".json")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
