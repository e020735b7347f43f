package dev.tailgate.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DrawnDigitsTest {
  private static final Patterns DIGITS = DrawnDigits.patterns(new SplittableRandom(1));

  @Test
  void aSeedDrawsTheSamePictures() {
    Patterns again = DrawnDigits.patterns(new SplittableRandom(1));
    Patterns others = DrawnDigits.patterns(new SplittableRandom(2));
    assertThat(again.rows()).isDeepEqualTo(DIGITS.rows());
    assertThat(again.labels().orElseThrow()).isEqualTo(DIGITS.labels().orElseThrow());
    assertThat(Arrays.deepEquals(others.rows(), DIGITS.rows())).isFalse();
  }

  @Test
  void picturesHaveInkWithinBounds() {
    for (double[] picture : DIGITS.rows()) {
      assertThat(picture).hasSize(784);
      assertThat(Arrays.stream(picture).min().orElse(-1)).isGreaterThanOrEqualTo(0);
      assertThat(Arrays.stream(picture).max().orElse(2)).isLessThanOrEqualTo(1);
      // The thinnest pen leaves some 25 pixels of a one; no digit fills half of the square.
      assertThat(Arrays.stream(picture).sum()).isBetween(15.0, 392.0);
    }
    assertThat(DIGITS.classes()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
  }

  /** The nearest mean tells most, as it tells 82 % of MNIST: neither noise nor copies. */
  @Test
  void digitsAreAlikeWithinAClassAndDifferWithin() {
    int[] labels = DIGITS.labels().orElseThrow();
    double[][] means = new double[10][];
    for (int digit = 0; digit < 10; digit++) {
      int own = digit;
      double[][] rows = new double[0][];
      for (int i = 0; i < 1000; i++) {
        if (labels[i] == own) {
          rows = Arrays.copyOf(rows, rows.length + 1);
          rows[rows.length - 1] = DIGITS.rows()[i];
        }
      }
      means[digit] = Vectors.mean(rows);
    }
    double right = 0;
    for (int i = 1000; i < 2000; i++) {
      int nearest = 0;
      for (int digit = 1; digit < 10; digit++) {
        double[] picture = DIGITS.rows()[i];
        boolean isNearer =
            Vectors.distance(picture, means[digit]) < Vectors.distance(picture, means[nearest]);
        nearest = isNearer ? digit : nearest;
      }
      right += nearest == labels[i] ? 1 : 0;
    }
    assertThat(right / 1000).isBetween(0.6, 0.99);
  }
}
