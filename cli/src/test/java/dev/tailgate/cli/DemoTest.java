package dev.tailgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DemoTest {
  @TempDir Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private String demo(int code, String... args) {
    assertThat(Main.run(out, err, args)).as("%s", err).isEqualTo(code);
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void showsSixMethodsOfAFamilyWithItsMetric() {
    showsSixMethods("vit", "accuracy");
  }

  @Tag("reliability")
  @ParameterizedTest
  @CsvSource({"bert, perplexity", "opt, perplexity"})
  void showsThemOfTheOtherFamilies(String family, String metric) {
    showsSixMethods(family, metric);
  }

  private void showsSixMethods(String family, String metric) {
    String text =
        demo(0, "demo", family, "--samples", "16", "--out", folder.resolve("r").toString());
    assertThat(text.lines().filter(line -> line.startsWith(family + " ")).count()).isEqualTo(7);
    assertThat(text).contains(metric, "gated_outeffhop", "outeffhop against vanilla");
    assertThat(folder.resolve("r/report.html")).exists();
    assertThat(folder.resolve("r/result-6.json")).exists();
  }

  @Test
  void refusesSeedsThatWereNotTrained() {
    demo(2, "demo", "opt", "--seeds", "3", "--out", folder.resolve("r").toString());
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("--seeds expects some of [1, 2]");
    assertThat(Files.exists(folder.resolve("r"))).isFalse();
  }
}
