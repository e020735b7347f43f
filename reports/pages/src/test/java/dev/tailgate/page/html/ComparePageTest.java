package dev.tailgate.page.html;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.result.Golden;
import dev.tailgate.result.InLocale;
import dev.tailgate.result.Samples;
import dev.tailgate.result.compare.Comparison;
import dev.tailgate.result.compare.MethodRun;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ComparePageTest {
  private static Comparison compared() {
    return Comparison.of(
        List.of(
            new MethodRun("bert", "vanilla", 1, Samples.vanilla()).timed(1),
            new MethodRun("bert", "outeffhop", 1, Samples.twin()).timed(1.04),
            new MethodRun("bert", "outeffhop", 2, Samples.twin()).timed(1.06)),
        Comparison.BASELINE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"und", "de", "tr"})
  void writesTheSealedPageInEveryLanguage(String language) throws IOException {
    Golden.check(
        "compare.html",
        withoutPictures(InLocale.of(language, () -> ComparePage.render(compared()))));
  }

  @Test
  void isOneFileThatLoadsAndRunsNothing() {
    assertThat(ComparePage.render(compared()))
        .contains("default-src 'none'; style-src 'unsafe-inline'; img-src data:")
        .doesNotContain("<script")
        .doesNotContain("src=\"")
        .doesNotContain("href=")
        .doesNotContain("url(")
        .doesNotContain("@import");
  }

  @Test
  void marksTheBestBoldAndSaysWhatIsLess() {
    String page = ComparePage.render(compared());
    // Perplexity 4.51 + 0.83 against 4.51 + 38.07.
    assertThat(page)
        .contains("<span class=\"best\">5.34 \u00b1 0</span><small>\u221287.5\u00a0%</small>")
        .contains("<span class=\"second\">42.58</span>")
        .contains("W8A8 costs outeffhop least: perplexity changes by +0.83")
        .contains("1.050 \u00b1 0.014");
  }

  @Test
  void hasNoColumnOfTimesWhereNoneWasMeasured() {
    Comparison read =
        Comparison.of(
            List.of(
                new MethodRun("bert", "vanilla", 1, Samples.vanilla()),
                new MethodRun("bert", "outeffhop", 1, Samples.twin())),
            Comparison.BASELINE);
    assertThat(ComparePage.render(compared())).contains("Time (ratio)");
    assertThat(ComparePage.render(read)).doesNotContain("Time (ratio)");
  }

  @Test
  void showsHostileLabelsAsText() {
    String nasty = "<script>alert(1)</script>\u001b[31m\"'&";
    Comparison hostile =
        Comparison.of(
            List.of(
                new MethodRun(nasty, nasty, 1, Samples.hostile()),
                new MethodRun(nasty, "</svg><img src=x>", 2, Samples.hostile())),
            nasty);
    String page = ComparePage.render(hostile);
    assertThat(page)
        .doesNotContain("<script")
        .doesNotContain("<img")
        .doesNotContain("\u001b")
        .contains("&lt;script&gt;alert(1)&lt;/script&gt;");
  }

  /** Charts have tests of their own, and the style is text of the page's author. */
  private static String withoutPictures(String page) {
    return page.replaceAll("(?s)<svg xmlns.*?</svg>\\s*</div>", "<svg/></div>")
        .replaceAll("(?s)<style>.*?</style>", "<style/>");
  }
}
