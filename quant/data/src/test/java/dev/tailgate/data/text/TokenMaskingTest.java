package dev.tailgate.data.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

class TokenMaskingTest {
  private static final int TOKENS = 40_000;
  private static final int MASK = 4;
  private static final int VOCABULARY = 1000;
  private static final int ORIGINAL = 500;

  private static int[] tokens() {
    int[] ids = new int[TOKENS];
    Arrays.fill(ids, ORIGINAL);
    return ids;
  }

  /** Whether {@code count} of {@code n} is within six standard deviations of {@code p n}. */
  private static boolean isPlausible(long count, long n, double p) {
    return Math.abs(count - p * n) < 6 * Math.sqrt(n * p * (1 - p));
  }

  @Property(tries = 50)
  void chooses15PercentAndSplitsThem80To10To10(
      @ForAll long seed, @ForAll @LongRange(min = 0) long sample) {
    int[] ids = tokens();
    long[] labels =
        new TokenMasking(MASK, VOCABULARY, seed).apply(ids, new boolean[TOKENS], sample);
    long chosen = Arrays.stream(labels).filter(l -> l == ORIGINAL).count();
    long hidden = Arrays.stream(ids).filter(i -> i == MASK).count();
    long replaced = Arrays.stream(ids).filter(i -> i != MASK && i != ORIGINAL).count();
    assertThat(isPlausible(chosen, TOKENS, 0.15)).isTrue();
    assertThat(isPlausible(hidden, chosen, 0.8)).isTrue();
    assertThat(isPlausible(replaced, chosen, 0.1)).isTrue();
    assertThat(labels).containsOnly(ORIGINAL, -100);
  }

  @Property(tries = 20)
  void sparesSpecialTokensAndPositionsWithoutLabel(@ForAll long seed) {
    int[] ids = tokens();
    boolean[] special = new boolean[TOKENS];
    Arrays.fill(special, 0, TOKENS / 2, true);
    long[] labels = new TokenMasking(MASK, VOCABULARY, seed).apply(ids, special, 0);
    for (int i = 0; i < TOKENS; i++) {
      if (special[i] || labels[i] == -100) {
        assertThat(ids[i]).isEqualTo(ORIGINAL);
      }
      assertThat(special[i] && labels[i] != -100).isFalse();
    }
  }

  @Property(tries = 20)
  void isRepeatableAndDiffersBetweenSamples(@ForAll long seed) {
    TokenMasking masking = new TokenMasking(MASK, VOCABULARY, seed);
    long[] first = masking.apply(tokens(), new boolean[0], 1);
    assertThat(masking.apply(tokens(), new boolean[0], 1)).isEqualTo(first);
    assertThat(masking.apply(tokens(), new boolean[0], 2)).isNotEqualTo(first);
  }
}
