package dev.tailgate.result.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.result.CureResult;
import dev.tailgate.result.Cures;
import dev.tailgate.result.JsonSchema;
import dev.tailgate.result.RunResult;
import dev.tailgate.result.Samples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CureResultJsonTest {
  @Test
  void readsWhatItWrote() {
    for (CureResult result : List.of(Cures.scored(), Cures.unscored(), Cures.hostile())) {
      assertThat(CureResultJson.read(CureResultJson.write(result))).isEqualTo(result);
    }
  }

  @Test
  void isDescribedByItsSchemaKeyByKey() throws IOException {
    JsonSchema closed = JsonSchema.closed(PublishedSchema.CURE_RESULT.text());
    for (CureResult result : List.of(Cures.scored(), Cures.unscored(), Cures.hostile())) {
      assertThat(closed.problems(CureResultJson.write(result))).isEmpty();
    }
    String wrong =
        CureResultJson.write(Cures.scored())
            .replace("\"kind\": \"cured\"", "\"kind\": \"healed\"")
            .replace("\"steps\": 500", "\"steps\": \"many\"");
    assertThat(JsonSchema.of(PublishedSchema.CURE_RESULT.text()).problems(wrong))
        .anyMatch(p -> p.startsWith("/stages/2/kind"))
        .anyMatch(p -> p.startsWith("/training/steps"));
  }

  @Test
  void refusesOtherFilesByName(@TempDir Path folder) throws IOException {
    Path file = folder.resolve(CureResultJson.FILE);
    Files.writeString(file, RunResultJson.write(Samples.vanilla()));
    assertThatThrownBy(() -> CureResultJson.read(folder))
        .isInstanceOf(ResultFormatException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("no stages");
    Files.writeString(
        file,
        CureResultJson.write(Cures.scored())
            .replaceFirst("\"kind\": \"rewritten\"", "\"kind\": \"original\""));
    assertThatThrownBy(() -> CureResultJson.read(folder))
        .isInstanceOf(ResultFormatException.class)
        .hasMessageContaining("expected [ORIGINAL, REWRITTEN, CURED]");
  }

  @Test
  void auditsOfOlderVersionsHaveNoCure() {
    String older = RunResultJson.write(Samples.vanilla()).replaceFirst("\\s*\"cured\": null,", "");
    RunResult read = RunResultJson.read(older);
    assertThat(older).doesNotContain("\"cured\"");
    assertThat(read.model().cured()).isEmpty();
  }
}
