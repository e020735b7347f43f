package dev.tailgate.page.html;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.result.Evidence;
import dev.tailgate.result.Golden;
import dev.tailgate.result.InLocale;
import dev.tailgate.result.RunResult;
import dev.tailgate.result.Samples;
import dev.tailgate.result.diagnosis.EvidenceOf;
import dev.tailgate.result.glossary.Glossary;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HtmlReportTest {
  private static final List<RunResult> TWO = List.of(Samples.vanilla(), Samples.twin());

  @ParameterizedTest
  @ValueSource(strings = {"und", "de", "tr"})
  void writesTheSealedPageInEveryLanguage(String language) throws IOException {
    Golden.check(
        "report.html", withoutPictures(InLocale.of(language, () -> HtmlReport.render(TWO))));
  }

  @Test
  void isOneFileThatLoadsNothingAndRunsItsOwnScriptOnly() throws NoSuchAlgorithmException {
    String page = HtmlReport.render(TWO);
    assertThat(page)
        .contains(
            "default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-")
        .doesNotContain("src=\"")
        .doesNotContain("url(")
        .doesNotContain("@import");
    assertThat(page.split("href=\"", -1))
        .allMatch(part -> part.startsWith("#") || page.startsWith(part));
    String script = page.substring(page.lastIndexOf("<script>") + 8, page.lastIndexOf("</script>"));
    byte[] hash =
        MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8));
    assertThat(page)
        .contains("script-src 'sha256-" + Base64.getEncoder().encodeToString(hash) + "'\"");
  }

  @Test
  void showsHostileNamesAsText() {
    String page = HtmlReport.render(List.of(Samples.hostile(), Samples.hostile()));
    assertThat(page.split("<script", -1)).as("the data and the page's own script").hasSize(3);
    assertThat(page)
        .doesNotContain("\u001b")
        .contains("&lt;script&gt;alert(1)&lt;/script&gt;.onnx")
        .contains("&lt;script&gt;alert(");
  }

  @Test
  void saysVisiblyThatInputsWereMadeUp() {
    assertThat(HtmlReport.render(List.of(Samples.synthetic())))
        .contains("<p class=\"notice\" role=\"note\">Synthetic inputs:");
    assertThat(HtmlReport.render(List.of(Samples.vanilla()))).doesNotContain("Synthetic inputs:");
  }

  @Test
  void putsTheWorstTapsFirstAndAllOfThemOnDemand() {
    String page = HtmlReport.render(List.of(Samples.vanilla()));
    assertThat(page).contains("Show all 24 taps");
    String table = page.substring(page.indexOf("<h2>Worst taps"));
    assertThat(table.indexOf("layer.8/output/ffn_out"))
        .isLessThan(table.indexOf("layer.6/output/ffn_out"));
  }

  @Test
  void explainsEveryMetricItShows() {
    String page = HtmlReport.render(List.of(Samples.vanilla()));
    Glossary.ALL
        .inReports()
        .forEach(term -> assertThat(page).contains("<dt>" + term.name() + "</dt>"));
  }

  @Test
  void saysWhatGoesWithTheOutliersWhereItWasLookedAt() {
    Evidence evidence =
        EvidenceOf.sites(List.of(EvidenceOf.tap("<img src=x>/ffn_out", 400, 0.97, 0.02)));
    String page = HtmlReport.render(List.of(Samples.explained(Samples.vanilla(), evidence)));
    assertThat(page)
        .contains("<h2>What goes with it</h2>")
        .contains("308")
        .contains("97 %")
        .contains("<small>Try: ")
        .doesNotContain("<img");
    assertThat(HtmlReport.render(List.of(Samples.vanilla()))).doesNotContain("What goes with it");
  }

  @Test
  void refusesToRenderNothing() {
    assertThatThrownBy(() -> HtmlReport.render(List.of())).hasMessageContaining("no results");
  }

  /** Charts have tests of their own, and the style is text of the page's author. */
  private static String withoutPictures(String page) {
    return page.replaceAll("(?s)<svg xmlns.*?</svg>\\s*</div>", "<svg/></div>")
        .replaceAll("(?s)<style>.*?</style>", "<style/>")
        .replaceAll("(?s)<script>.*?</script>", "<script/>")
        .replaceAll("script-src '[^']*'", "script-src ...");
  }
}
