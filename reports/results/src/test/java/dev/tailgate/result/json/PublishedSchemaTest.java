package dev.tailgate.result.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.result.JsonSchema;
import dev.tailgate.result.LabSamples;
import dev.tailgate.result.RunResult;
import dev.tailgate.result.Samples;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Holds the published schema and what is written together, in both directions. */
class PublishedSchemaTest {
  @Test
  void describesEveryResultAndEveryKeyOfIt() throws IOException {
    JsonSchema closed = JsonSchema.closed(PublishedSchema.RUN_RESULT.text());
    for (RunResult result : List.of(Samples.vanilla(), Samples.synthetic(), Samples.hostile())) {
      assertThat(closed.problems(RunResultJson.write(result))).isEmpty();
    }
  }

  /** {@code printed/heal.json} is of a real run, with its lists cut short. */
  @ParameterizedTest
  @CsvSource({"HEAL_RESULT,printed/heal", "COMPARISON,compare", "GATE_REPORT,gate"})
  void describesEveryKeyOfOtherFiles(PublishedSchema schema, String golden) throws IOException {
    assertThat(JsonSchema.closed(schema.text()).problems(golden(golden))).isEmpty();
    String wrong = golden(golden).replaceFirst("\"(direction|verdict)\": \"[a-z]+\"", "\"$1\": 7");
    assertThat(JsonSchema.of(schema.text()).problems(wrong)).isNotEmpty();
  }

  @Test
  void describesEveryKeyOfTheLaboratory() throws IOException {
    String written = LabResultJson.write(LabSamples.fallen());
    String schema = PublishedSchema.LAB_RESULT.text();
    assertThat(JsonSchema.closed(schema).problems(written)).isEmpty();
    String wrong = written.replace("\"no_difference\"", "\"unknown\"");
    assertThat(JsonSchema.of(schema).problems(wrong)).isNotEmpty();
  }

  private static String golden(String name) throws IOException {
    try (InputStream in =
        PublishedSchemaTest.class.getResourceAsStream("/golden/" + name + ".json")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void noticesAWrongFile() {
    String wrong =
        RunResultJson.write(Samples.vanilla())
            .replace("\"opset\": 17", "\"opset\": \"seventeen\"")
            .replace("\"direction\": \"lower\"", "\"direction\": \"sideways\"");
    assertThat(JsonSchema.of(PublishedSchema.RUN_RESULT.text()).problems(wrong))
        .anyMatch(p -> p.startsWith("/model/opset"))
        .anyMatch(p -> p.startsWith("/task/direction"));
  }

  @Test
  void letsKeysOfLaterVersionsPass() {
    String later =
        RunResultJson.write(Samples.vanilla())
            .replaceFirst("\"opset\": 17", "\"opset\": 17, \"later\": 1");
    assertThat(JsonSchema.of(PublishedSchema.RUN_RESULT.text()).problems(later)).isEmpty();
  }
}
