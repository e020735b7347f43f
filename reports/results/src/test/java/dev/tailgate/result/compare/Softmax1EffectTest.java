package dev.tailgate.result.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tailgate.result.Headline;
import dev.tailgate.result.ModelInfo;
import dev.tailgate.result.RunResult;
import dev.tailgate.result.Samples;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class Softmax1EffectTest {
  /** A model of which an audit found these two numbers. */
  private static MethodRun run(
      String family, String method, int seed, double kurtosis, double infNorm) {
    RunResult r = Samples.vanilla();
    ModelInfo m = r.model();
    // A recognised architecture of the same name as a family would join others of that
    // architecture.
    ModelInfo model =
        new ModelInfo(
            m.path(),
            m.sha256(),
            m.opset(),
            m.irVersion(),
            m.producer(),
            m.parameters(),
            "none",
            m.sizeBytes(),
            m.externalData(),
            m.rewrittenTo(),
            m.cured(),
            m.quantization());
    RunResult result =
        new RunResult(
            r.schemaVersion(),
            r.tool(),
            model,
            r.run(),
            r.sites(),
            r.notSites(),
            r.taps(),
            new Headline(kurtosis, kurtosis, infNorm, r.headline().taps(), r.headline().sites()),
            r.task(),
            r.quantization(),
            r.points(),
            r.worstTap(),
            r.coverage(),
            r.evidence(),
            r.sensitivity(),
            r.warnings());
    return new MethodRun(family, method, seed, result);
  }

  private static Softmax1Effect effect(List<MethodRun> runs) {
    return Comparison.of(runs, Comparison.BASELINE).softmax1Effect().orElseThrow();
  }

  /** Runs that found what the paper's table has. */
  private static List<MethodRun> paper() {
    List<MethodRun> runs = new ArrayList<>();
    for (PaperTable.Row row : PaperTable.ROWS) {
      runs.add(run(row.family(), row.pair().base(), 1, row.kurtosis(), row.infNorm()));
      runs.add(run(row.family(), row.pair().softmax1(), 1, row.kurtosis1(), row.infNorm1()));
    }
    return runs;
  }

  /** Its abstract says 22+ % and 26+ %, which is this mean and not that of plain softmax. */
  @Test
  void thePapersTableGivesThePapersHeadline() {
    PairChange all = effect(paper()).allPairs().orElseThrow();
    assertThat(all.pairs()).isEqualTo(12);
    assertThat(all.kurtosis().mean()).isCloseTo(-0.2188, within(5e-5));
    assertThat(all.infNorm().mean()).isCloseTo(-0.2607, within(5e-5));
    PairChange plain = effect(paper()).plainPairs().orElseThrow();
    assertThat(plain.pairs()).isEqualTo(4);
    assertThat(plain.kurtosis().mean()).isCloseTo(-0.526, within(5e-4));
    assertThat(plain.infNorm().mean()).isCloseTo(-0.476, within(5e-4));
  }

  /** Where runs find what the table has, they stand beside the same numbers. */
  @Test
  void thePaperStandsBesideEachPairAndTheMeans() {
    Softmax1Effect effect = effect(paper());
    List<PairChange> all = new ArrayList<>(effect.pairs());
    all.add(effect.allPairs().orElseThrow());
    all.add(effect.plainPairs().orElseThrow());
    assertThat(all)
        .allSatisfy(
            pair -> {
              assertThat(pair.kurtosis().paper()).isCloseTo(pair.kurtosis().mean(), within(1e-12));
              assertThat(pair.infNorm().paper()).isCloseTo(pair.infNorm().mean(), within(1e-12));
            });
  }

  @Test
  void onePairOfThePaperGetsWorse() {
    List<PairChange> worse =
        effect(paper()).pairs().stream().filter(pair -> pair.kurtosis().mean() > 0).toList();
    assertThat(worse)
        .singleElement()
        .satisfies(
            pair -> {
              assertThat(pair.name()).isEqualTo("opt clipped");
              assertThat(pair.kurtosis().mean()).isCloseTo(1.479, within(5e-4));
              assertThat(pair.infNorm().mean()).isCloseTo(0.543, within(5e-4));
            });
  }

  /** Changes -50, -40 and -30 % have the mean -40 % and t(0.975, 2) * 10 / sqrt(3) around it. */
  @Test
  void seedsGiveAMeanAndItsInterval() {
    List<MethodRun> runs = new ArrayList<>();
    double[] after = {5, 12, 28};
    double[] before = {10, 20, 40};
    for (int seed = 1; seed <= 3; seed++) {
      runs.add(run("mine", "vanilla", seed, before[seed - 1], 2));
      runs.add(run("mine", "outeffhop", seed, after[seed - 1], 2));
    }
    PairChange pair = effect(runs).pairs().get(0);
    assertThat(pair.seeds()).containsExactly(1, 2, 3);
    assertThat(pair.kurtosis().mean()).isCloseTo(-0.4, within(1e-12));
    double half = 4.302652729911275 * 0.1 / Math.sqrt(3);
    assertThat(pair.kurtosis().low()).isCloseTo(-0.4 - half, within(1e-9));
    assertThat(pair.kurtosis().high()).isCloseTo(-0.4 + half, within(1e-9));
    assertThat(pair.kurtosis().ofMeans()).isCloseTo(45.0 / 70 - 1, within(1e-12));
    assertThat(pair.kurtosis().inWords()).isEqualTo("-40.0 % (-64.8 to -15.2)");
    assertThat(pair.kurtosis().paperInWords()).isEqualTo("-");
    assertThat(pair.infNorm().inWords()).isEqualTo("+0.0 % (+0.0 to +0.0)");
  }

  /** A mean over pairs is taken seed by seed: opposite noise in two pairs leaves it certain. */
  @Test
  void theIntervalOfAMeanIsOverRepetitionsOfTheWhole() {
    List<MethodRun> runs = new ArrayList<>();
    for (int seed = 1; seed <= 2; seed++) {
      runs.add(run("mine", "vanilla", seed, 10, 10));
      runs.add(run("mine", "outeffhop", seed, seed == 1 ? 5 : 7, 10));
      runs.add(run("mine", "gated_attention", seed, 10, 10));
      runs.add(run("mine", "gated_outeffhop", seed, seed == 1 ? 7 : 5, 10));
    }
    SeedChange all = effect(runs).allPairs().orElseThrow().kurtosis();
    assertThat(all.mean()).isCloseTo(-0.4, within(1e-12));
    assertThat(all.high() - all.low()).isCloseTo(0, within(1e-12));
  }

  @Test
  void aPairTakesTheSeedsThatBothHaveAndAMeanThoseOfAll() {
    List<MethodRun> runs = new ArrayList<>();
    for (int seed = 1; seed <= 3; seed++) {
      runs.add(run("mine", "vanilla", seed, 10, 10));
    }
    runs.add(run("mine", "outeffhop", 2, 5, 5));
    runs.add(run("mine", "outeffhop", 3, 5, 5));
    runs.add(run("mine", "clipped_softmax", 3, 10, 10));
    runs.add(run("mine", "clipped_outeffhop", 3, 8, 8));
    Softmax1Effect effect = effect(runs);
    assertThat(effect.pairs())
        .extracting(PairChange::seeds)
        .containsExactly(List.of(2, 3), List.of(3));
    assertThat(effect.allPairs().orElseThrow().seeds()).containsExactly(3);
    assertThat(effect.allPairs().orElseThrow().kurtosis().mean()).isCloseTo(-0.35, within(1e-12));
    assertThat(effect.plainPairs().orElseThrow().seeds()).containsExactly(2, 3);
  }

  @Test
  void thereIsNoneWithoutAPair() {
    assertThat(
            Comparison.of(List.of(run("mine", "vanilla", 1, 10, 10)), Comparison.BASELINE)
                .softmax1Effect())
        .isEmpty();
    List<MethodRun> apart =
        List.of(run("mine", "vanilla", 1, 10, 10), run("mine", "outeffhop", 2, 10, 10));
    assertThat(Comparison.of(apart, Comparison.BASELINE).softmax1Effect()).isEmpty();
  }

  /** What a rewrite does to a finished model is another question. */
  @Test
  void aRewrittenModelIsNoTwin() {
    MethodRun rewritten = run("mine", "outeffhop", 1, 5, 5);
    List<MethodRun> runs =
        List.of(
            run("mine", "vanilla", 1, 10, 10),
            new MethodRun("mine", "outeffhop", 1, Samples.of(rewritten.result(), "outeffhop", "")));
    assertThat(Comparison.of(runs, Comparison.BASELINE).softmax1Effect()).isEmpty();
  }
}
