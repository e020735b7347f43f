package dev.tailgate.data.generated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Masks, padding and marks of texts for an encoder. */
class MaskedTextTest {
  private static final int LENGTH = 32;
  private static final Language WORDS = new Language(24, 4, 2, 0.3, 2, 0.15, 0.05, 0.05, 7);
  private static final MaskedText TEXTS = new MaskedText(WORDS, LENGTH, 0.15, 0.25);

  private static long[] ids(Example example) {
    return example.inputs().get("input_ids").toLongs();
  }

  private static boolean isAsked(long label) {
    return label != -100;
  }

  @Test
  void aTextStandsBetweenItsMarksAndPaddingIsBehind() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 500; i++) {
      Example example = TEXTS.draw(random);
      long[] ids = ids(example);
      long[] labels = example.label().toLongs();
      int tokens = example.tokens();
      assertThat(tokens).isBetween(LENGTH / 2, LENGTH);
      assertThat(ids[0]).isEqualTo(1);
      assertThat(ids[tokens - 1]).isEqualTo(2);
      assertThat(Arrays.stream(ids, tokens, LENGTH).sum()).isZero();
      assertThat(Arrays.stream(ids, 1, tokens - 1).min().orElseThrow()).isGreaterThanOrEqualTo(3);
      assertThat(example.inputs().get("attention_mask").toLongs())
          .startsWith(1)
          .satisfies(mask -> assertThat(Arrays.stream(mask).sum()).isEqualTo(tokens));
      for (int at = 0; at < LENGTH; at++) {
        boolean isWord = at > 0 && at < tokens - 1;
        assertThat(isWord || !isAsked(labels[at])).isTrue();
        assertThat(isAsked(labels[at]) || ids[at] != 3).as("[MASK] is asked for").isTrue();
      }
      assertThat(Arrays.stream(labels).anyMatch(MaskedTextTest::isAsked)).isTrue();
    }
  }

  @Test
  void wordsAreAskedForAndShownAtTheRatesOfBert() {
    SplittableRandom random = new SplittableRandom(2);
    double words = 0;
    double asked = 0;
    double masked = 0;
    double same = 0;
    double padded = 0;
    double forced = 0;
    int texts = 4000;
    for (int i = 0; i < texts; i++) {
      Example example = TEXTS.draw(random);
      long[] ids = ids(example);
      long[] labels = example.label().toLongs();
      padded += example.tokens() < LENGTH ? 1 : 0;
      words += example.tokens() - 2;
      forced += Math.pow(0.85, example.tokens() - 2);
      for (int at = 0; at < LENGTH; at++) {
        if (isAsked(labels[at])) {
          asked++;
          masked += ids[at] == 3 ? 1 : 0;
          same += ids[at] == labels[at] ? 1 : 0;
        }
      }
    }
    // Four standard errors each; a text that would be asked for nothing is asked for one word.
    assertThat(padded / texts).isCloseTo(0.25, within(4 * Math.sqrt(0.25 * 0.75 / texts)));
    assertThat(asked).isCloseTo(0.15 * words + forced, within(4 * Math.sqrt(0.15 * 0.85 * words)));
    double isMasked = (0.8 * (asked - forced) + forced) / asked;
    assertThat(masked / asked).isCloseTo(isMasked, within(4 * Math.sqrt(0.16 / asked)));
    // As it is, or any of 24 words that happens to be the same.
    double isSame = (0.1 + 0.1 / 24) * (asked - forced) / asked;
    assertThat(same / asked).isCloseTo(isSame, within(4 * Math.sqrt(0.1 / asked)));
  }

  @Test
  void nothingIsPaddedWherePaddingIsNotAskedFor() {
    MaskedText full = new MaskedText(WORDS, LENGTH, 1, 0);
    Example example = full.draw(new SplittableRandom(3));
    assertThat(full.hasPadding()).isFalse();
    assertThat(example.tokens()).isEqualTo(LENGTH);
    assertThat(Arrays.stream(example.label().toLongs()).filter(MaskedTextTest::isAsked).count())
        .isEqualTo(LENGTH - 2);
  }
}
