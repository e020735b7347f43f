package dev.tailgate.result.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tailgate.page.console.ComparisonText;
import dev.tailgate.result.Golden;
import dev.tailgate.result.InLocale;
import dev.tailgate.result.RunResult;
import dev.tailgate.result.Samples;
import dev.tailgate.result.json.ComparisonJson;
import java.io.IOException;
import java.util.List;
import java.util.Set;
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
    List<MethodRow> rows = two().groups().get(0).rows();
    // Perplexity: lower is better. Both have the same float score and size.
    assertThat(rows.get(1).cell(MethodColumn.QUANTIZED).mark()).isEqualTo(Cell.Mark.BEST);
    assertThat(rows.get(0).cell(MethodColumn.QUANTIZED).mark()).isEqualTo(Cell.Mark.SECOND);
    assertThat(rows.get(0).cell(MethodColumn.FP).mark()).isEqualTo(Cell.Mark.NONE);
    assertThat(rows.get(0).cell(MethodColumn.SIZE).mark()).isEqualTo(Cell.Mark.NONE);
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
    assertThat(same.groups().get(0).rows().get(1).cell(MethodColumn.KURTOSIS).relative()).isZero();
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
  void aModelThatBelongsToNoFolderJoinsThoseOverTheSameSamples() {
    RunResult result = Samples.vanilla();
    String recognised = result.model().family();
    Comparison joined =
        Comparison.of(
            List.of(
                new MethodRun(recognised, "repaired", 1, result),
                new MethodRun("ours", "vanilla", 1, result)),
            Comparison.BASELINE);
    assertThat(joined.groups()).singleElement().extracting(Group::family).isEqualTo("ours");
    Comparison other =
        Comparison.of(
            List.of(
                new MethodRun(recognised, "repaired", 1, Samples.synthetic()),
                new MethodRun("ours", "vanilla", 1, result)),
            Comparison.BASELINE);
    assertThat(other.groups()).hasSize(2);
  }

  @Test
  void curedModelsAreAKindOfTheirOwnBesideTrainedAndRewrittenOnes() {
    RunResult twin = Samples.twin();
    Comparison kinds =
        Comparison.of(
            List.of(
                new MethodRun("f", "vanilla", 1, Samples.vanilla()),
                new MethodRun("f", "outeffhop", 1, twin),
                new MethodRun("f", "outeffhop", 1, Samples.of(twin, "outeffhop at sites 0", "")),
                new MethodRun(
                    "f",
                    "outeffhop",
                    1,
                    Samples.of(twin, "outeffhop at sites 0", "outeffhop, 500 steps")),
                new MethodRun(
                    "f",
                    "outeffhop",
                    1,
                    Samples.of(twin, "outeffhop at sites 0", "outeffhop, 2000 steps"))),
            "vanilla");
    Group group = kinds.groups().get(0);
    assertThat(group.rows().stream().map(MethodRow::origin))
        .containsExactly(
            "trained",
            "trained",
            "rewritten to outeffhop at sites 0",
            "cured to outeffhop, 500 steps",
            "cured to outeffhop, 2000 steps");
    // None is a seed of another, and each is called by what it is.
    assertThat(group.rows()).allMatch(row -> row.members().size() == 1);
    assertThat(group.rows().stream().map(group::name))
        .containsExactly(
            "vanilla",
            "outeffhop",
            "outeffhop (rewritten)",
            "outeffhop (cured, 500 steps)",
            "outeffhop (cured, 2000 steps)");
    assertThat(kinds.notes())
        .anyMatch(note -> note.contains("some models were rewritten after training"))
        .anyMatch(note -> note.contains("some models were cured"));
    // A trained baseline goes before a cured one of the same name.
    assertThat(group.rows().get(0).against().notPaired()).contains(Paired.BASELINE);
  }

  @Test
  void seedsMakeOneRowAndTheSameSeedTwiceDoesNot() {
    MethodRun first = new MethodRun("f", "vanilla", 1, Samples.vanilla());
    MethodRun second = new MethodRun("f", "vanilla", 2, Samples.vanilla());
    assertThat(Comparison.of(List.of(second, first), "vanilla").groups().get(0).rows())
        .singleElement()
        .satisfies(row -> assertThat(row.seeds()).containsExactly(1, 2));
    assertThat(Comparison.of(List.of(first, first), "vanilla").groups().get(0).rows())
        .extracting(MethodRow::method)
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
    assertThat(RunLabels.parse("opt/gated@7").orElseThrow().seed()).isEqualTo(7);
    assertThat(RunLabels.parse("opt/gated@7").orElseThrow().family()).contains("opt");
    assertThat(RunLabels.parse("a/b/c")).isEmpty();
    assertThat(RunLabels.named(Samples.vanilla(), Set.of("vanilla")).method())
        .isEqualTo("encoder-vanilla");
    assertThat(RunLabels.named(Samples.vanilla(), Set.of("vanilla")).family()).isEqualTo("bert");
  }

  @Test
  void aRowOverTwoSeedsHasTheNumbersOfBoth() {
    MethodRow row =
        Comparison.of(
                List.of(
                    new MethodRun("f", "a", 1, Samples.vanilla()).timed(1.1),
                    new MethodRun("f", "a", 2, Samples.twin()).timed(1.3)),
                "vanilla")
            .groups()
            .get(0)
            .rows()
            .get(0);
    assertThat(row.members()).extracting(Member::seed).containsExactly(1, 2);
    assertThat(row.members().get(0).number(MethodColumn.QUANTIZED)).isCloseTo(42.58, within(1e-12));
    assertThat(row.members().get(1).number(MethodColumn.QUANTIZED)).isCloseTo(5.34, within(1e-12));
    // statistics.mean and statistics.stdev of Python.
    assertThat(row.cell(MethodColumn.QUANTIZED).spread().mean()).isCloseTo(23.96, within(1e-9));
    assertThat(row.cell(MethodColumn.QUANTIZED).spread().deviation())
        .isCloseTo(26.332656531589624, within(1e-9));
    assertThat(row.cell(MethodColumn.TIME).spread().mean()).isCloseTo(1.2, within(1e-12));
  }

  @Test
  void timesHaveNoBest() {
    Comparison timed =
        Comparison.of(
            List.of(
                new MethodRun("f", "vanilla", 1, Samples.vanilla()).timed(1),
                new MethodRun("f", "a", 1, Samples.twin()).timed(0.9)),
            "vanilla");
    assertThat(timed.columns()).contains(MethodColumn.TIME);
    assertThat(two().columns()).doesNotContain(MethodColumn.TIME);
    assertThat(timed.groups().get(0).rows())
        .allMatch(row -> row.cell(MethodColumn.TIME).mark() == Cell.Mark.NONE);
  }

  @Test
  void saysWhatCostsLessAndWhatTheSamplesDoNotTell() {
    assertThat(GroupFinding.of(two().groups().get(0), "vanilla"))
        .isEqualTo(
            "W8A8 costs clipped_softmax least: perplexity changes by +0.83, for vanilla by +38.07."
                + " It costs less than vanilla for clipped_softmax.");
    Comparison same =
        Comparison.of(
            List.of(
                new MethodRun("f", "vanilla", 1, Samples.vanilla()),
                new MethodRun("f", "other", 1, Samples.vanilla())),
            "vanilla");
    assertThat(GroupFinding.of(same.groups().get(0), "vanilla"))
        .contains("no different from vanilla, as far as these samples tell, for other");
  }

  @Test
  void latexHasAsManyCellsInEveryLineAndBalancedBraces() {
    Comparison nasty =
        Comparison.of(
            List.of(
                new MethodRun("a&b_%{", "x\\y~^$#}", 1, Samples.vanilla()),
                new MethodRun("a&b_%{", "plain", 1, Samples.twin())),
            "plain");
    String tex = ComparisonLatex.write(nasty);
    List<String> lines = tex.lines().filter(line -> line.endsWith("\\\\")).toList();
    assertThat(lines).hasSize(3);
    for (String line : lines) {
      assertThat(line.replace("\\&", "").chars().filter(c -> c == '&').count()).isEqualTo(5);
      String bare = line.replaceAll("\\\\[{}$#%_&]", "");
      assertThat(bare.chars().filter(c -> c == '{').count())
          .isEqualTo(bare.chars().filter(c -> c == '}').count());
      assertThat(bare.chars().filter(c -> c == '$').count() % 2).isZero();
      assertThat(bare).doesNotContain("#").doesNotContain("%").doesNotContain("_");
    }
    assertThat(tex)
        .contains(
            "a\\&b\\_\\%\\{", "x\\textbackslash{}y\\textasciitilde{}\\textasciicircum{}\\$\\#\\}")
        .contains("\\toprule", "\\midrule", "\\bottomrule", "\\begin{tabular}{llrrrr}");
  }
}
