package dev.tailgate.data.generated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Texts keep the grammar, and come as often as the table of the language says. */
class LanguageTest {
  private static final Language SMALL = new Language(12, 3, 2, 0.3, 2, 0.2, 0.5, 0.1, 7);
  private static final int LENGTH = 64;
  private static final int TEXTS = 2000;

  private static int[][] texts(Language language) {
    double[][] table = language.table();
    SplittableRandom random = new SplittableRandom(5);
    int[][] texts = new int[TEXTS][];
    Arrays.setAll(texts, i -> language.text(table, random, LENGTH));
    return texts;
  }

  /** The place that a trigger copies, written out from the definition. */
  private static int copied(int[] text, int t) {
    int symbol = text[t];
    int lag = 1 + symbol % SMALL.lags();
    return symbol < SMALL.triggers() && t - lag >= 0 ? t - lag : -1;
  }

  @Test
  void rowsOfTheTableAreDistributionsWithTheRatesAskedFor() {
    for (double[] row : SMALL.table()) {
      assertThat(Arrays.stream(row).sum()).isCloseTo(1, within(1e-12));
      assertThat(Arrays.stream(row, 0, 3).sum()).isCloseTo(0.3, within(1e-12));
      assertThat(Arrays.stream(row, 3, 5).sum()).isCloseTo(0.2, within(1e-12));
      // What all plain symbols share alike: a tenth of the half that is left, over seven.
      assertThat(Arrays.stream(row).min().orElseThrow()).isGreaterThanOrEqualTo(0.1 * 0.5 / 7);
    }
  }

  @Test
  void aTriggerIsFollowedByACopy() {
    int copies = 0;
    for (int[] text : texts(SMALL)) {
      for (int t = 0; t + 1 < LENGTH; t++) {
        int source = copied(text, t);
        if (source >= 0) {
          assertThat(text[t + 1]).isEqualTo(text[source]);
          copies++;
        }
      }
    }
    assertThat(copies).isGreaterThan(10_000);
  }

  @Test
  void everythingElseFollowsTheTable() {
    double[][] table = SMALL.table();
    double[][] counts = new double[12][12];
    for (int[] text : texts(SMALL)) {
      for (int t = 0; t + 1 < LENGTH; t++) {
        if (copied(text, t) < 0) {
          counts[text[t]][text[t + 1]]++;
        }
      }
    }
    double statistic = 0;
    int free = 0;
    for (int s = 0; s < 12; s++) {
      double all = Arrays.stream(counts[s]).sum();
      if (all < 100) {
        continue;
      }
      free -= 1;
      for (int n = 0; n < 12; n++) {
        double expected = all * table[s][n];
        statistic += (counts[s][n] - expected) * (counts[s][n] - expected) / expected;
        free += 1;
      }
    }
    // Pearson's statistic has the mean of its degrees of freedom and twice that as variance.
    assertThat(free).isGreaterThan(80);
    assertThat(statistic).isBetween(free - 4 * Math.sqrt(2 * free), free + 4 * Math.sqrt(2 * free));
  }

  @Test
  void theFloorIsTheEntropyOfWhatIsNotCopied() {
    CausalText generator = new CausalText(SMALL, 32);
    GeneratedSource heldOut =
        new GeneratedSource(generator, GeneratedSource.Use.HELD_OUT, 1, 2000, 100);
    double floor = Math.log(generator.floor(heldOut).orElseThrow());
    double[] entropies =
        Arrays.stream(SMALL.table())
            .mapToDouble(row -> -Arrays.stream(row).map(p -> p * Math.log(p)).sum())
            .toArray();
    double sum = 0;
    for (int place = 0; place < 2000; place++) {
      long[] text = heldOut.example(place).label().toLongs();
      int[] symbols = Arrays.stream(text).mapToInt(Math::toIntExact).toArray();
      for (int t = 0; t < 31; t++) {
        sum += copied(symbols, t) < 0 ? entropies[symbols[t]] : 0;
      }
    }
    // 62 000 draws whose logarithms deviate by about 1 each.
    assertThat(floor).isCloseTo(sum / 62_000, within(4 / Math.sqrt(62_000)));
  }

  @Test
  void nobodyForetellsUniformSymbolsBetterThanTheirNumber() {
    Language uniform = new Language(16, 0, 1, 0, 0, 0, 1, 1, 3);
    CausalText generator = new CausalText(uniform, 20);
    GeneratedSource heldOut =
        new GeneratedSource(generator, GeneratedSource.Use.HELD_OUT, 1, 10, 10);
    assertThat(generator.floor(heldOut).orElseThrow()).isCloseTo(16, within(1e-9));
  }

  @Test
  void trainingIsToldTheExactDistribution() {
    CausalText generator = new CausalText(SMALL, 16);
    Example example = generator.draw(new SplittableRandom(9));
    long[] text = example.label().toLongs();
    double[][] table = SMALL.table();
    int[] symbols = Arrays.stream(text).mapToInt(Math::toIntExact).toArray();
    for (int t = 0; t < 16; t++) {
      int source = copied(symbols, t);
      for (int s = 0; s < 12; s++) {
        double expected = source < 0 ? table[symbols[t]][s] : s == symbols[source] ? 1 : 0;
        float told = example.target().orElseThrow().data().getFloat(4 * (12 * t + s));
        assertThat(told).isEqualTo((float) expected);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "5, 3, 2, 0.3, 2, 0.2, 0.5, 0.1",
    "12, -1, 2, 0.3, 2, 0.2, 0.5, 0.1",
    "12, 3, 0, 0.3, 2, 0.2, 0.5, 0.1",
    "12, 3, 2, 0.8, 2, 0.2, 0.5, 0.1",
    "12, 3, 2, NaN, 2, 0.2, 0.5, 0.1",
    "12, 3, 2, 0.3, 2, 0.2, 0, 0.1",
    "12, 3, 2, 0.3, 2, 0.2, 0.5, 1.1",
    "2000000000, 3, 2, 0.3, 2, 0.2, 0.5, 0.1",
    "12, 2147483647, 2, 0.3, 2147483647, 0.2, 0.5, 0.1"
  })
  void numbersThatMakeNoLanguageAreRefused(
      int symbols,
      int triggers,
      int lags,
      double triggerRate,
      int stops,
      double stopRate,
      double concentration,
      double smoothing) {
    assertThatThrownBy(
            () ->
                new Language(
                    symbols,
                    triggers,
                    lags,
                    triggerRate,
                    stops,
                    stopRate,
                    concentration,
                    smoothing,
                    7))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("expected");
  }
}
