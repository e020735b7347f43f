package dev.tailgate.lab;

import java.util.Arrays;
import java.util.Comparator;

/** How well scores tell two classes apart. */
final class Ranking {
  private Ranking() {}

  /**
   * The area under the ROC curve: the share of pairs of one of class 1 and one of class 0 in which
   * the first has the higher score, ties counting half; NaN where a class is missing.
   */
  static double auc(double[] scores, int[] labels) {
    Integer[] order = new Integer[scores.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparingDouble(i -> scores[i]));
    double ranks = 0;
    double ones = 0;
    for (int from = 0; from < order.length; ) {
      int to = from;
      while (to < order.length && scores[order[to]] == scores[order[from]]) {
        to++;
      }
      double rank = (from + 1 + to) / 2.0;
      for (int i = from; i < to; i++) {
        ranks += labels[order[i]] == 1 ? rank : 0;
        ones += labels[order[i]] == 1 ? 1 : 0;
      }
      from = to;
    }
    double zeros = scores.length - ones;
    return ones == 0 || zeros == 0 ? Double.NaN : (ranks - ones * (ones + 1) / 2) / (ones * zeros);
  }

  /** The share of rows whose largest logit is that of their class. */
  static double accuracy(double[][] logits, int[] labels) {
    double right = 0;
    for (int i = 0; i < logits.length; i++) {
      int best = 0;
      for (int c = 1; c < logits[i].length; c++) {
        best = logits[i][c] > logits[i][best] ? c : best;
      }
      right += best == labels[i] ? 1 : 0;
    }
    return right / logits.length;
  }

  /** The mean cross entropy of rows of logits. */
  static double crossEntropy(double[][] logits, int[] labels) {
    double sum = 0;
    for (int i = 0; i < logits.length; i++) {
      double top = Arrays.stream(logits[i]).max().orElse(0);
      double all = Arrays.stream(logits[i]).map(z -> Math.exp(z - top)).sum();
      sum += top + Math.log(all) - logits[i][labels[i]];
    }
    return sum / logits.length;
  }
}
