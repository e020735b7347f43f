package dev.tailgate.lab;

import java.util.SplittableRandom;

/**
 * Memories, queries and a temperature that were drawn.
 *
 * @param memories {@code [M][d]}
 * @param queries half of them anywhere, half near a memory
 * @param beta inverse temperature
 */
@SuppressWarnings("ArrayRecordComponent") // read in loops, never compared
record Draw(double[][] memories, double[][] queries, double beta) {
  private static final double SMALLEST = 0.01;
  private static final double LARGEST = 31;

  static Draw of(SplittableRandom random, int queries) {
    int width = random.nextInt(2, 40);
    int count = random.nextInt(1, 60);
    double size = Math.exp(random.nextDouble(Math.log(0.1), Math.log(2)));
    double[][] memories = new double[count][];
    for (int i = 0; i < count; i++) {
      memories[i] = Vectors.times(size / Math.sqrt(width), Vectors.normal(random, width));
    }
    double[][] drawn = new double[queries][];
    for (int i = 0; i < queries; i++) {
      double[] away = Vectors.times(2 * size / Math.sqrt(width), Vectors.normal(random, width));
      drawn[i] =
          i % 2 == 0
              ? away
              : Vectors.plus(memories[random.nextInt(count)], 0.1 * random.nextDouble(), away);
    }
    double beta = Math.exp(random.nextDouble(Math.log(SMALLEST), Math.log(LARGEST)));
    return new Draw(memories, drawn, beta);
  }

  /** The largest norm of a memory. */
  double largest() {
    return Vectors.largestNorm(memories);
  }
}
