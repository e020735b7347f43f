package dev.tailgate.reports.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpreadTest {
  @Test
  void isMeanAndSampleDeviation() {
    Spread spread = Spread.of(new double[] {1, 2, 6});
    assertThat(spread.mean()).isEqualTo(3);
    // statistics.stdev([1, 2, 6]) of Python.
    assertThat(spread.deviation()).isCloseTo(2.6457513110645907, within(1e-12));
    assertThat(spread.inWords()).isEqualTo("3 +-2.6");
  }

  @Test
  void oneSeedHasNoSpread() {
    assertThat(Spread.of(new double[] {4}).inWords()).isEqualTo("4");
    assertThat(Spread.of(new double[0]).mean()).isNaN();
  }

  @Test
  void reductionsCompareMeansWithVanilla() {
    List<MethodSummary> summaries =
        List.of(summary("a", "vanilla", 10, 100), summary("a", "outeffhop", 5, 150));
    List<Reduction> reductions = Reduction.of(summaries, "outeffhop");
    assertThat(reductions).containsExactly(new Reduction("a", "outeffhop", 0.5, -0.5));
    assertThat(Reduction.average(reductions).orElseThrow().maxInfNorm()).isEqualTo(-0.5);
    assertThat(Reduction.average(List.of())).isEmpty();
    assertThat(Reduction.of(summaries.subList(1, 2), "outeffhop")).isEmpty();
  }

  private static MethodSummary summary(String family, String method, double kurtosis, double norm) {
    Spread none = new Spread(0, Double.NaN);
    return new MethodSummary(
        family,
        method,
        1,
        "perplexity",
        none,
        none,
        none,
        new Spread(kurtosis, Double.NaN),
        new Spread(norm, Double.NaN));
  }
}
