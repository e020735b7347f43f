package dev.tailgate.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.result.lab.Claim;
import org.junit.jupiter.api.Test;

/** A count of violations is worth nothing unless it rises where a statement is false. */
class InequalitiesTest {
  private static Claim of(Inequalities all) {
    assertThat(all.claims()).hasSize(1);
    return all.claims().get(0);
  }

  @Test
  void roundingIsNoViolation() {
    Inequalities all = new Inequalities();
    all.add("a <= b", "here", -5e-10, 100);
    assertThat(of(all).holds()).isTrue();
    assertThat(of(all).found()).isEqualTo("0 violations in 1 draws, smallest slack -5.00e-12");
  }

  @Test
  void oneViolationAmongManyDrawsBringsAStatementDown() {
    Inequalities all = new Inequalities();
    for (int i = 0; i < 30_000; i++) {
      all.add("a <= b", "here", i == 29_000 ? -2e-11 : 1, 1);
    }
    assertThat(of(all).holds()).isFalse();
    assertThat(of(all).found()).startsWith("1 violations in 30000 draws, smallest slack -2.00e-11");
  }

  @Test
  void whatIsNotANumberIsAViolation() {
    Inequalities all = new Inequalities();
    all.add("a <= b", "here", Double.NaN, 1);
    assertThat(of(all).holds()).isFalse();
  }

  @Test
  void identitiesFailOnBothSidesAndAreNotDrawnAsSlack() {
    Inequalities all = new Inequalities();
    all.equal("a = b", "here", 1e-9, 1);
    assertThat(of(all).holds()).isFalse();
    assertThat(all.chart().lines()).isEmpty();
  }

  @Test
  void derivativesThatAreDifferencesMayBeOffByMore() {
    Inequalities all = new Inequalities();
    all.slope("J >= 0", "here", -9e-5, 1);
    assertThat(of(all).holds()).isTrue();
    all.slope("J >= 0", "here", -2e-4, 1);
    assertThat(of(all).holds()).isFalse();
  }
}
