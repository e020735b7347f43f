package dev.tailgate.result.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.result.Golden;
import dev.tailgate.result.Headline;
import dev.tailgate.result.InLocale;
import dev.tailgate.result.RunResult;
import dev.tailgate.result.Samples;
import dev.tailgate.result.Score;
import dev.tailgate.result.TaskResult;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunResultJsonTest {

  @ParameterizedTest
  @ValueSource(strings = {"und", "de", "tr"})
  void writesTheSealedFormatInEveryLanguage(String language) throws IOException {
    Golden.check(
        "result.json",
        InLocale.of(language, () -> RunResultJson.write(withoutPicture(Samples.vanilla()))));
  }

  @Test
  void readsBackExactlyWhatWasWritten() {
    for (RunResult result :
        List.of(Samples.vanilla(), Samples.twin(), Samples.synthetic(), Samples.hostile())) {
      assertThat(RunResultJson.read(RunResultJson.write(result))).isEqualTo(result);
    }
  }

  /** Turkish lower case of I has no dot, and Arabic and Hindi have digits of their own. */
  @Test
  void writesTheSameUnderAnyLanguage() {
    Locale before = Locale.getDefault();
    String expected = RunResultJson.write(Samples.vanilla());
    try {
      for (String language : List.of("tr-TR", "ar-EG-u-nu-arab", "hi-IN-u-nu-deva", "de-DE")) {
        Locale.setDefault(Locale.forLanguageTag(language));
        assertThat(RunResultJson.write(Samples.vanilla())).as(language).isEqualTo(expected);
        assertThat(RunResultJson.read(expected)).as(language).isEqualTo(Samples.vanilla());
      }
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void writesWhatIsNoNumberAsText() {
    RunResult result =
        withHeadline(
            new Headline(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 0, 0));
    String json = RunResultJson.write(result);
    assertThat(json)
        .contains("\"average_kurtosis\": \"NaN\"")
        .contains("\"max_kurtosis\": \"Infinity\"")
        .contains("\"max_inf_norm\": \"-Infinity\"");
    assertThat(RunResultJson.read(json)).isEqualTo(result);
  }

  @Test
  void passesOverKeysOfNewerFiles() {
    String newer =
        RunResultJson.write(Samples.vanilla())
            .replaceFirst("\"tool\"", "\"invented_later\": {\"a\": [1]},\n  \"tool\"");
    assertThat(RunResultJson.read(newer)).isEqualTo(Samples.vanilla());
  }

  @Test
  void takesListsAndOptionalsMissingInOlderFilesAsAbsent() {
    RunResult small = withoutPicture(Samples.twin());
    String json = RunResultJson.write(small);
    String older =
        json.replaceFirst(",\\s*\"worst_tap\": null", "")
            .replaceFirst(",\\s*\"warnings\": \\[ ]", "");
    assertThat(older).isNotEqualTo(json).doesNotContain("worst_tap").doesNotContain("warnings");
    assertThat(RunResultJson.read(older)).isEqualTo(small);
  }

  @Test
  void refusesOtherVersionsAndOtherFiles() {
    String other =
        RunResultJson.write(Samples.vanilla())
            .replace("\"schema_version\": \"1\"", "\"schema_version\": \"7\"");
    assertThatThrownBy(() -> RunResultJson.read(other))
        .isInstanceOf(ResultFormatException.class)
        .hasMessageContaining("schema_version is \"7\", expected \"1\"");
    assertThatThrownBy(() -> RunResultJson.read("[1]"))
        .isInstanceOf(ResultFormatException.class)
        .hasMessageContaining("schema_version is missing");
    assertThatThrownBy(() -> RunResultJson.read("{\"schema_version\": \"1\", "))
        .isInstanceOf(ResultFormatException.class);
    assertThatThrownBy(() -> RunResultJson.read("{\"schema_version\": \"1\"}"))
        .isInstanceOf(ResultFormatException.class);
  }

  @Test
  void filesFromBeforeCoverageAndEvidenceStayReadable() throws IOException {
    RunResult old = RunResultJson.read(older("result-without-coverage.json"));
    assertThat(old.coverage()).isEmpty();
    assertThat(old.evidence()).isEmpty();
    assertThat(old.task().perSample()).isEmpty();
    assertThat(old.run().dataSha256()).isEmpty();
    assertThat(old.model().rewrittenTo()).isEmpty();
    assertThat(old.headline()).isEqualTo(Samples.vanilla().headline());
  }

  @Test
  void filesFromBeforeSensitivityStayReadable() throws IOException {
    RunResult old = RunResultJson.read(older("result-without-sensitivity.json"));
    assertThat(old.sensitivity()).isEmpty();
    assertThat(old.task()).isEqualTo(Samples.vanilla().task());
    assertThat(old.points()).isEqualTo(Samples.vanilla().points());
  }

  private static String older(String file) throws IOException {
    try (InputStream in = RunResultJsonTest.class.getResourceAsStream("/golden/older/" + file)) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static RunResult withoutPicture(RunResult r) {
    return new RunResult(
        r.schemaVersion(),
        r.tool(),
        r.model(),
        r.run(),
        r.sites().subList(0, 1),
        r.notSites(),
        r.taps().subList(0, 2),
        r.headline(),
        r.task(),
        r.quantization(),
        r.points(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        r.sensitivity(),
        r.warnings());
  }

  private static RunResult withHeadline(Headline headline) {
    RunResult r = Samples.synthetic();
    TaskResult task =
        new TaskResult(
            r.task().kind(),
            r.task().name(),
            "dB",
            r.task().direction(),
            Optional.empty(),
            Optional.of(Score.point(Double.POSITIVE_INFINITY)),
            Optional.empty(),
            List.of(),
            Optional.empty(),
            List.of());
    return new RunResult(
        r.schemaVersion(),
        r.tool(),
        r.model(),
        r.run(),
        r.sites(),
        r.notSites(),
        r.taps(),
        headline,
        task,
        r.quantization(),
        r.points(),
        r.worstTap(),
        r.coverage(),
        r.evidence(),
        r.sensitivity(),
        r.warnings());
  }
}
