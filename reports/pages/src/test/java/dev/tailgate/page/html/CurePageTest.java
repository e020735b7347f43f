package dev.tailgate.page.html;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.page.console.CureText;
import dev.tailgate.result.Cures;
import dev.tailgate.result.Golden;
import dev.tailgate.result.InLocale;
import dev.tailgate.result.RunResult;
import dev.tailgate.result.Samples;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CurePageTest {
  private static List<RunResult> audits() {
    return List.of(Samples.twin(), Samples.twin(), Samples.vanilla());
  }

  @ParameterizedTest
  @ValueSource(strings = {"und", "de", "tr"})
  void writesTheSealedPageInEveryLanguage(String language) throws IOException {
    Golden.check(
        "cure.html",
        withoutPictures(InLocale.of(language, () -> CurePage.render(Cures.scored(), audits()))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"und", "de", "tr"})
  void printsTheSealedTextInEveryLanguage(String language) throws IOException {
    Golden.check("printed/cure.txt", InLocale.of(language, () -> CureText.render(Cures.scored())));
    Golden.check(
        "printed/cure-without-labels.txt",
        InLocale.of(language, () -> CureText.render(Cures.unscored())));
  }

  @Test
  void isOneFileThatLoadsAndRunsNothing() {
    assertThat(CurePage.render(Cures.scored(), audits()))
        .contains("default-src 'none'; style-src 'unsafe-inline'; img-src data:")
        .doesNotContain("<script")
        .doesNotContain("src=\"")
        .doesNotContain("href=")
        .doesNotContain("url(")
        .doesNotContain("@import");
  }

  @Test
  void saysWhatTheCureIsWorthAndWhatMayBeNothing() {
    String page = CurePage.render(Cures.scored(), audits());
    assertThat(page)
        .contains("W8A8 changes the spearman of the cured model by \u22120.0046")
        // The float model may be as good as it was: its interval holds 0.
        .contains("\u22120.0017<small>\u22120.004 to +6.00e\u221204, may be 0</small>")
        .contains("+0.0441<small>+0.034 to +0.054</small>")
        // 310.4 to 21.7.
        .contains("21.7<small>\u221293.0\u00a0%</small>")
        .contains("8.3\u00a0%");
  }

  @Test
  void withoutLabelsItShowsNoTaskMetricAndNoEmptyChart() {
    String page = CurePage.render(Cures.unscored(), List.of());
    assertThat(page)
        .doesNotContain("Against the original")
        .doesNotContain("Outliers by layer")
        .contains("24.9\u00a0dB")
        .contains("Loss of the training batches");
  }

  @Test
  void showsHostileNamesAsText() {
    assertThat(CurePage.render(Cures.hostile(), List.of(Samples.hostile())))
        .doesNotContain("<script")
        .doesNotContain("\u001b")
        .contains("&lt;script&gt;alert(1)&lt;/script&gt;");
    assertThat(CureText.render(Cures.hostile())).doesNotContain("\u001b");
  }

  /** Charts have tests of their own, and the style is text of the page's author. */
  private static String withoutPictures(String page) {
    return page.replaceAll("(?s)<svg xmlns.*?</svg>\\s*</div>", "<svg/></div>")
        .replaceAll("(?s)<style>.*?</style>", "<style/>");
  }
}
