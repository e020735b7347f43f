package dev.tailgate.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class RangeTest {

  @Test
  void unionContainsBoth() {
    assertThat(new Range(-1, 2).union(new Range(5, 6))).isEqualTo(new Range(-1, 6));
  }

  @Test
  void emptyIsTheIdentityOfUnion() {
    Range range = new Range(3, 4);
    assertThat(Range.EMPTY.union(range)).isEqualTo(range);
    assertThat(range.union(Range.EMPTY)).isEqualTo(range);
    assertThat(Range.EMPTY.union(Range.EMPTY).isEmpty()).isTrue();
  }

  @Test
  void includesZeroFromEitherSide() {
    assertThat(new Range(3, 4).includeZero()).isEqualTo(new Range(0, 4));
    assertThat(new Range(-4, -3).includeZero()).isEqualTo(new Range(-4, 0));
    assertThat(Range.EMPTY.includeZero()).isEqualTo(new Range(0, 0));
  }

  @Test
  void measuresItself() {
    assertThat(new Range(-4, 3).width()).isEqualTo(7);
    assertThat(new Range(-4, 3).absMax()).isEqualTo(4);
    assertThat(Range.EMPTY.width()).isZero();
    assertThat(Range.EMPTY.absMax()).isZero();
    assertThat(Range.of(2).contains(2)).isTrue();
    assertThat(Range.EMPTY.contains(0)).isFalse();
    assertThat(Range.of(2).contains(Double.NaN)).isFalse();
  }

  @Test
  void refusesImproperEnds() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Range(2, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new Range(Double.NaN, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Range(0, Double.POSITIVE_INFINITY))
        .withMessageContaining("max=Infinity");
  }
}
