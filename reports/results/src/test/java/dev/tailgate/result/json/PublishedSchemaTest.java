package dev.tailgate.result.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.result.JsonSchema;
import dev.tailgate.result.RunResult;
import dev.tailgate.result.Samples;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Holds the published schema and what is written together, in both directions. */
class PublishedSchemaTest {
  @Test
  void describesEveryResultAndEveryKeyOfIt() throws IOException {
    JsonSchema closed = JsonSchema.closed(PublishedSchema.RUN_RESULT.text());
    for (RunResult result : List.of(Samples.vanilla(), Samples.synthetic(), Samples.hostile())) {
      assertThat(closed.problems(RunResultJson.write(result))).isEmpty();
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
