package dev.tailgate.result.glossary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.page.console.GlossaryText;
import dev.tailgate.result.json.GlossaryJson;
import dev.tailgate.result.metric.GateMetric;
import dev.tailgate.result.metric.Metric;
import dev.tailgate.result.metric.Metrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class GlossaryTest {
  private static final Path PAGE = Path.of("../../docs/glossary.md");

  @Test
  void everyMetricIsExplainedOnce() {
    assertThat(Glossary.ALL.metrics())
        .extracting(Term::id)
        .containsExactlyElementsOf(Metrics.all().stream().map(Metric::id).toList());
    assertThat(Glossary.ALL.metrics()).extracting(Term::name).doesNotHaveDuplicates();
  }

  @Test
  void everyGateMetricIsReachedFromWhatItBoundsOrCountsWhatWasCovered() {
    Set<String> bounding = new HashSet<>();
    Glossary.ALL.metrics().forEach(term -> bounding.addAll(term.gateMetrics()));
    assertThat(Stream.concat(bounding.stream(), counts()))
        .containsExactlyInAnyOrderElementsOf(Metrics.gates().stream().map(GateMetric::id).toList());
  }

  private static Stream<String> counts() {
    return Stream.of("nonfinite", "weight_coverage", "sites", "taps", "kept_float");
  }

  @Test
  void boundsAreThoseOfTheShippedRules() {
    assertThat(gate("average_kurtosis").boundAlone()).contains("at most 100");
    assertThat(gate("average_kurtosis").boundAgainstBaseline()).contains("at most 25 % above it");
    assertThat(gate("task_loss").boundAgainstBaseline()).contains("at most 0.01 above it");
    assertThat(gate("sites").boundAgainstBaseline()).contains("not below it");
    assertThat(gate("weight_coverage").boundAlone()).contains("at least 0.5");
    assertThat(gate("sqnr").boundAlone()).isEmpty();
  }

  private static GateTerm gate(String id) {
    return Glossary.ALL.gateMetrics().stream()
        .filter(term -> term.id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void linesFitATerminal() {
    List<String> lines = GlossaryText.render(Glossary.ALL).lines().toList();
    assertThat(lines).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
    assertThat(lines).contains("kurtosis (lower is better)", "  in gates  tap_kurtosis");
  }

  @Test
  void jsonHasTheSameNames() {
    assertThat(GlossaryJson.write(Glossary.ALL))
        .contains("\"id\": \"kl_divergence\"", "\"direction\": \"lower_is_better\"")
        .contains("\"bound_against_baseline\": \"at most 25 % above it\"");
  }

  /** To accept a change: {@code mvn -pl reports -am test -Dgolden.accept=true}. */
  @Test
  void theManualsPageIsMadeFromTheSame() throws IOException {
    String page = GlossaryMarkdown.render(Glossary.ALL);
    if (Boolean.getBoolean("golden.accept")) {
      Files.writeString(PAGE, page);
    }
    assertThat(Files.readString(PAGE)).isEqualTo(page);
  }
}
