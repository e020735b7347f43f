package dev.tailgate.quant.score;

import java.util.Arrays;
import java.util.List;

/**
 * The most similar others of each of N vectors, by cosine, the nearest first; of equals the earlier
 * comes first. Each pair is compared once, and of each vector only the nearest so far are kept.
 */
final class NearestVectors {
  private final int[][] indices;
  private final double[][] cosines;
  private final int[] found;

  private NearestVectors(int vectors, int most) {
    this.indices = new int[vectors][most];
    this.cosines = new double[vectors][most];
    this.found = new int[vectors];
  }

  /** At most {@code most} indices for each of the unit vectors. */
  static int[][] of(List<double[]> vectors, int most) {
    NearestVectors nearest = new NearestVectors(vectors.size(), most);
    for (int i = 0; i < vectors.size(); i++) {
      for (int j = i + 1; j < vectors.size(); j++) {
        double cosine = Embeddings.cosine(vectors.get(i), vectors.get(j));
        nearest.offer(i, j, cosine);
        nearest.offer(j, i, cosine);
      }
    }
    int[][] all = new int[vectors.size()][];
    for (int i = 0; i < all.length; i++) {
      all[i] = Arrays.copyOf(nearest.indices[i], nearest.found[i]);
    }
    return all;
  }

  /** Others of a vector are offered in their order, so that equals need no more comparing. */
  private void offer(int vector, int other, double cosine) {
    double[] own = cosines[vector];
    int at = found[vector];
    if (at == own.length && (at == 0 || Double.compare(cosine, own[at - 1]) <= 0)) {
      return;
    }
    at = Math.min(at, own.length - 1);
    while (at > 0 && Double.compare(cosine, own[at - 1]) > 0) {
      own[at] = own[at - 1];
      indices[vector][at] = indices[vector][at - 1];
      at--;
    }
    own[at] = cosine;
    indices[vector][at] = other;
    found[vector] = Math.min(found[vector] + 1, own.length);
  }
}
