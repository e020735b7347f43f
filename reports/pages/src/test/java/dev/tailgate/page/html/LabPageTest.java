package dev.tailgate.page.html;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.page.LabWriter;
import dev.tailgate.page.console.LabText;
import dev.tailgate.result.InLocale;
import dev.tailgate.result.LabSamples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a reader of the laboratory sees first: what is proven, measured, and makes no difference.
 */
class LabPageTest {
  private static final String PAGE = LabPage.render(LabSamples.fallen());

  @Test
  void keepsTheThreeStandingsApartAndInThisOrder() {
    assertThat(PAGE)
        .containsSubsequence(
            "What is proven",
            "0 violations in 10 draws",
            "lemma 1",
            "What was measured",
            "a half",
            "measured here",
            "Where the methods do not differ",
            "apart by 0.001");
  }

  @Test
  void saysAtTheTopThatAClaimFell() {
    assertThat(PAGE).contains("1 of 3 claims do not hold.").contains("<td>does not hold</td>");
    assertThat(LabText.render(LabSamples.fallen())).contains("DOES NOT HOLD: a half");
  }

  @Test
  void escapesWhatComesFromOutside() {
    assertThat(PAGE)
        .contains("drawn &lt;digits&gt;", "a &lt; b &amp; c", "&lt;0.5&gt;")
        .doesNotContain("<digits>");
  }

  @Test
  void drawsAChartAroundPointsThatAreNone() {
    assertThat(PAGE).contains("<svg").contains("Error by beta").contains("beta, log scale");
  }

  @Test
  void isOneFileThatLoadsAndRunsNothing() {
    assertThat(PAGE)
        .contains("default-src 'none'; style-src 'unsafe-inline'; img-src data:")
        .doesNotContain("<script")
        .doesNotContain("src=\"")
        .doesNotContain("href=");
  }

  @Test
  void isTheSameInEveryLanguage() {
    assertThat(InLocale.of("tr", () -> LabPage.render(LabSamples.fallen()))).isEqualTo(PAGE);
    assertThat(InLocale.of("de", () -> LabText.render(LabSamples.fallen())))
        .isEqualTo(LabText.render(LabSamples.fallen()));
  }

  @Test
  void writesPageAndNumbersTogether(@TempDir Path folder) throws IOException {
    List<Path> files = LabWriter.write(LabSamples.fallen(), folder.resolve("out"));
    assertThat(files).extracting(f -> f.getFileName() + "").containsExactly("lab.html", "lab.json");
    assertThat(Files.readString(files.get(0))).isEqualTo(PAGE);
  }
}
