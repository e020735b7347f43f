package dev.tailgate.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RankingTest {
  @Test
  void theAreaIsTheShareOfPairsInOrderWithTiesCountingHalf() {
    SplittableRandom random = new SplittableRandom(7);
    for (int trial = 0; trial < 300; trial++) {
      int n = random.nextInt(2, 30);
      double[] scores = new double[n];
      int[] labels = new int[n];
      for (int i = 0; i < n; i++) {
        scores[i] = random.nextInt(-3, 4); // few values, so that many are equal
        labels[i] = i < 2 ? i : random.nextInt(2);
      }
      assertThat(Ranking.auc(scores, labels)).isCloseTo(counted(scores, labels), within(1e-12));
    }
  }

  private static double counted(double[] scores, int[] labels) {
    double inOrder = 0;
    double pairs = 0;
    for (int i = 0; i < scores.length; i++) {
      for (int j = 0; j < scores.length; j++) {
        if (labels[i] == 1 && labels[j] == 0) {
          pairs++;
          inOrder += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
        }
      }
    }
    return inOrder / pairs;
  }

  @Test
  void withoutOneOfTheClassesThereIsNoArea() {
    assertThat(Ranking.auc(new double[] {1, 2}, new int[] {1, 1})).isNaN();
    assertThat(Ranking.auc(new double[] {1, 2}, new int[] {0, 0})).isNaN();
  }

  @Test
  void logitsAreJudgedByTheirLargestAndByTheirLikelihood() {
    double[][] logits = {{1000, 0}, {0, 2}, {3, 0}};
    int[] labels = {0, 1, 1};
    assertThat(Ranking.accuracy(logits, labels)).isCloseTo(2.0 / 3, within(1e-15));
    double expected = (0 + Math.log1p(Math.exp(-2)) + 3 + Math.log1p(Math.exp(-3))) / 3;
    assertThat(Ranking.crossEntropy(logits, labels)).isCloseTo(expected, within(1e-12));
  }
}
