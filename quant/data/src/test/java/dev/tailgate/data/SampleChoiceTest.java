package dev.tailgate.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.engine.tensor.DataException;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Which samples are read: drawn, whole, apart, and what is said of it. */
class SampleChoiceTest {
  private static DataRequest request(Amount amount, Optional<Boolean> shuffle) {
    return new DataRequest(
        Optional.empty(),
        Optional.empty(),
        amount,
        8,
        16,
        3,
        Optional.empty(),
        shuffle,
        Shard.WHOLE,
        FormatOptions.DEFAULT,
        DataRequest.Purpose.EVALUATION,
        Optional.empty());
  }

  private static SampleChoice choose(long rows, int group, DataRequest request, double mean) {
    return SampleChoice.of(rows, group, 1, request, Amount.SampleSize.of(mean, true));
  }

  @Test
  void drawsBySeedFromTheWholeSet() {
    DataRequest asked = request(Amount.of(100), Optional.empty());
    SampleChoice choice = choose(10_000, 1, asked, 1);
    assertThat(choice.indices()).hasSize(100).doesNotHaveDuplicates();
    // Of 100 uniform draws below 10000, a mean outside 3500 to 6500 has a chance of 1e-7.
    assertThat(Arrays.stream(choice.indices()).average().orElseThrow()).isBetween(3500.0, 6500.0);
    assertThat(choice.inWords(100)).isEqualTo("100 of 10000 samples, drawn by seed 3");
    assertThat(choose(10_000, 1, asked, 1).indices()).isEqualTo(choice.indices());
    SampleChoice first = choose(10_000, 1, request(Amount.of(3), Optional.of(false)), 1);
    assertThat(first.indices()).containsExactly(0, 1, 2);
    assertThat(first.inWords(3)).isEqualTo("3 of 10000 samples, the first ones");
  }

  @Test
  void takesSmallSetsWholeInTheirOrder() {
    SampleChoice choice = choose(2758, 2, request(Amount.Budget.DEFAULT, Optional.empty()), 31);
    assertThat(choice.indices()).isEqualTo(LongStream.range(0, 2758).toArray());
    assertThat(choice.inWords(2758)).isEqualTo("1379 of 1379 pairs");
    assertThat(choice.others()).isZero();
  }

  @Test
  void takesOfLargeSetsWhatTheBudgetHolds() {
    DataRequest asked = request(new Amount.Budget(1000, 1), Optional.empty());
    assertThat(choose(1 << 20, 1, asked, 25).indices()).hasSize(40);
    assertThat(choose(1 << 20, 1, asked, 5000).indices()).hasSize(Amount.Budget.FEWEST);
  }

  @Test
  void keepsPairsTogetherAndCountsThemOnce() {
    SampleChoice choice = choose(200, 2, request(Amount.of(5), Optional.empty()), 1);
    long[] rows = choice.indices();
    assertThat(rows).hasSize(10);
    for (int i = 0; i < rows.length; i += 2) {
      assertThat(rows[i] % 2).isZero();
      assertThat(rows[i + 1]).isEqualTo(rows[i] + 1);
    }
    assertThat(choice.inWords(10)).startsWith("5 of 100 pairs");
    assertThat(choose(200, 2, request(new Amount.Rows(5), Optional.empty()), 1).taken())
        .isEqualTo(3);
  }

  @Test
  void calibratesOnOthersWhereThereAreEnough() {
    DataRequest evaluation = request(Amount.of(100), Optional.empty());
    DataRequest calibration =
        request(new Amount.Rows(128), Optional.empty()).apartFrom(Optional.of(Amount.of(100)));
    long[] evaluated = choose(1000, 1, evaluation, 1).indices();
    SampleChoice apart = choose(1000, 1, calibration, 1);
    assertThat(apart.indices()).hasSize(128).doesNotContain(evaluated);
    assertThat(apart.inWords(128)).endsWith("none of them evaluated");
    // 70 are left: fewer than wanted, and enough.
    assertThat(choose(170, 1, calibration, 1).indices())
        .hasSize(70)
        .doesNotContain(choose(170, 1, evaluation, 1).indices());
    SampleChoice among = choose(120, 1, calibration, 1);
    assertThat(among.indices()).hasSize(120);
    assertThat(among.inWords(120)).contains("which are among the evaluated ones");
  }

  @Test
  void firstOnesAreEvaluatedAndTheNextCalibratedOn() {
    DataRequest calibration =
        request(new Amount.Rows(2), Optional.of(false)).apartFrom(Optional.of(Amount.of(3)));
    assertThat(choose(100, 1, calibration, 1).indices()).containsExactly(3, 4);
  }

  @Test
  void refusesNoSamples() {
    assertThatThrownBy(() -> Amount.of(0))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("samples of at least 1");
  }
}
