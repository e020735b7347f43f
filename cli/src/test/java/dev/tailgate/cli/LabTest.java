package dev.tailgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabTest {
  @TempDir Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private String lab(int code, String... args) {
    assertThat(Main.run(out, err, args)).as("%s", err).isEqualTo(code);
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void writesAPageThatSaysWhatIsProven() throws IOException {
    String text = lab(0, "lab", "noop", "--out", folder.toString());
    assertThat(text).contains("noop").contains("proven", "measured");
    String page = Files.readString(folder.resolve("lab.html"));
    assertThat(page).contains("What is proven", "<svg");
    assertThat(Files.readString(folder.resolve("lab.json"))).contains("\"standing\": \"proven\"");
  }

  @Test
  void refusesAnUnknownExperiment() {
    lab(2, "lab", "nap", "--out", folder.toString());
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("expected an experiment of");
  }

  @Test
  void refusesDataThatIsNone() throws IOException {
    Path file = Files.writeString(folder.resolve("x.npz"), "no");
    lab(3, "lab", "protocol", "--data", file.toString(), "--out", folder.resolve("o").toString());
    assertThat(Files.exists(folder.resolve("o"))).isFalse();
  }
}
