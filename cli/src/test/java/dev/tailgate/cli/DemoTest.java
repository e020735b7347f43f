package dev.tailgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
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
        demo(
            0,
            "demo",
            family,
            "--seeds",
            "1",
            "--samples",
            "16",
            "--out",
            folder.resolve("r").toString());
    // Six methods, and three pairs of them beside the paper's.
    assertThat(text.lines().filter(line -> line.startsWith(family + " ")).count()).isEqualTo(9);
    assertThat(text)
        .contains(metric, "gated_outeffhop", family + " clipped", "mean of all 3 pairs")
        .contains("arXiv 2404.03828, Table 1");
    assertThat(folder.resolve("r/report.html")).exists();
    assertThat(folder.resolve("r/result-6.json")).exists();
  }

  /** Both definitions of the paper's headline, with an interval as soon as there are two seeds. */
  @Test
  void seedsGiveTheMeanOverPairsAnInterval() throws IOException {
    String out = folder.resolve("r").toString();
    String text = demo(0, "demo", "opt", "--seeds", "1,2", "--samples", "16", "--out", out);
    String all =
        text.lines().filter(line -> line.startsWith("mean of all 3 pairs")).findFirst().get();
    assertThat(all).containsPattern("% \\([+-]\\d+\\.\\d to [+-]\\d+\\.\\d\\)");
    String json = Files.readString(folder.resolve("r/compare.json"));
    assertThat(json).contains("\"softmax1_effect\"", "\"all_pairs\"", "\"plain_pairs\"");
    assertThat(Files.readString(folder.resolve("r/compare.html"))).contains("mean of all 3 pairs");
    assertThat(Files.readString(folder.resolve("r/compare.md"))).contains("mean of all 3 pairs");
  }

  @Test
  void refusesSeedsThatWereNotTrained() {
    demo(2, "demo", "opt", "--seeds", "1,9", "--out", folder.resolve("r").toString());
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("--seeds expects some of", "for opt, found [1, 9]");
    assertThat(Files.exists(folder.resolve("r"))).isFalse();
  }
}
