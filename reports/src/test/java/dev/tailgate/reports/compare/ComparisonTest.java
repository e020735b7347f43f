package dev.tailgate.reports.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tailgate.reports.Golden;
import dev.tailgate.reports.InLocale;
import dev.tailgate.reports.Samples;
import dev.tailgate.reports.console.ComparisonText;
import dev.tailgate.reports.json.ComparisonJson;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ComparisonTest {
  private static Comparison two() {
    return Comparison.of(
        List.of(
            new MethodRun("bert", "vanilla", 1, Samples.vanilla()),
            new MethodRun("bert", "clipped_softmax", 1, Samples.twin())),
        Comparison.BASELINE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"und", "de", "tr"})
  void writesTheSealedFormatsInEveryLanguage(String language) throws IOException {
    Golden.check("compare.csv", InLocale.of(language, () -> ComparisonCsv.write(two())));
    Golden.check("compare.md", InLocale.of(language, () -> ComparisonMarkdown.write(two())));
    Golden.check("compare.tex", InLocale.of(language, () -> ComparisonLatex.write(two())));
    Golden.check("compare.json", InLocale.of(language, () -> ComparisonJson.write(two())));
    Golden.check("compare.txt", InLocale.of(language, () -> ComparisonText.render(two())));
  }

  @Test
  void marksTheBetterOfTwoAndNothingWhereTheyTie() {
    List<Row> rows = two().groups().get(0).rows();
    // Perplexity: lower is better. Both have the same float score and size.
    assertThat(rows.get(1).cell(Column.QUANTIZED).mark()).isEqualTo(Cell.Mark.BEST);
    assertThat(rows.get(0).cell(Column.QUANTIZED).mark()).isEqualTo(Cell.Mark.SECOND);
    assertThat(rows.get(0).cell(Column.FP).mark()).isEqualTo(Cell.Mark.NONE);
    assertThat(rows.get(0).cell(Column.SIZE).mark()).isEqualTo(Cell.Mark.NONE);
  }

  @Test
  void pairsSamplesAndSaysByHowMuchTheyDiffer() {
    Paired paired = two().groups().get(0).rows().get(1).against();
    // Perplexities of 4.51 + 38.07 and 4.51 + 0.83; both cost nothing but that.
    assertThat(paired.quantized().orElseThrow().value()).isCloseTo(-37.24, within(1e-9));
    assertThat(paired.cost().orElseThrow().value()).isCloseTo(-37.24, within(1e-9));
    assertThat(paired.quantized().orElseThrow().excludesZero()).isTrue();
    assertThat(paired.notPaired()).isEmpty();
  }

  @Test
  void oneModelAgainstItselfDiffersByNothing() {
    Comparison same =
        Comparison.of(
            List.of(
                new MethodRun("f", "vanilla", 1, Samples.vanilla()),
                new MethodRun("f", "other", 1, Samples.vanilla())),
            "vanilla");
    Paired.Difference cost = same.groups().get(0).rows().get(1).against().cost().orElseThrow();
    assertThat(cost.value()).isZero();
    assertThat(cost.excludesZero()).isFalse();
    assertThat(same.groups().get(0).rows().get(1).cell(Column.KURTOSIS).relative()).isZero();
  }

  @Test
  void keepsDifferentMetricsApartAndSaysSo() {
    Comparison mixed =
        Comparison.of(
            List.of(
                new MethodRun("f", "vanilla", 1, Samples.vanilla()),
                new MethodRun("f", "made-up", 1, Samples.synthetic())),
            "vanilla");
    assertThat(mixed.groups()).hasSize(2);
    assertThat(mixed.notes()).anyMatch(note -> note.contains("differ in metric"));
    assertThat(mixed.notes()).anyMatch(note -> note.contains("no vanilla to compare with"));
  }

  @Test
  void seedsMakeOneRowAndTheSameSeedTwiceDoesNot() {
    MethodRun first = new MethodRun("f", "vanilla", 1, Samples.vanilla());
    MethodRun second = new MethodRun("f", "vanilla", 2, Samples.vanilla());
    assertThat(Comparison.of(List.of(second, first), "vanilla").groups().get(0).rows())
        .singleElement()
        .satisfies(row -> assertThat(row.seeds()).containsExactly(1, 2));
    assertThat(Comparison.of(List.of(first, first), "vanilla").groups().get(0).rows())
        .extracting(Row::method)
        .containsExactly("vanilla", "vanilla (2)");
  }

  @Test
  void escapesHostileNamesInEveryFormat() {
    Comparison hostile =
        Comparison.of(
            List.of(new MethodRun("a&b_%", "x|<b>,\"\u001b\\", 1, Samples.hostile())), "vanilla");
    assertThat(ComparisonCsv.write(hostile)).contains("\"x|<b>,\"\"\u001b\\\"");
    assertThat(ComparisonMarkdown.write(hostile)).contains("x\\|\\<b\\>,\"\\\\x1b\\\\");
    assertThat(ComparisonLatex.write(hostile))
        .contains("a\\&b\\_\\%")
        .contains("\\textbackslash{}x1b\\textbackslash{}");
    assertThat(ComparisonText.render(hostile)).doesNotContain("\u001b");
  }

  @Test
  void readsLabelsAndFileNames() {
    assertThat(Labels.parse("opt/gated@7").orElseThrow().seed()).isEqualTo(7);
    assertThat(Labels.parse("opt/gated@7").orElseThrow().family()).contains("opt");
    assertThat(Labels.parse("a/b/c")).isEmpty();
    assertThat(Labels.named(Samples.vanilla()).method()).isEqualTo("encoder-vanilla");
    assertThat(Labels.named(Samples.vanilla()).family()).isEqualTo("bert");
  }
}
