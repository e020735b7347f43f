package dev.tailgate.lab;

import dev.tailgate.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Sets of vectors with a class each. As inputs they are {@code set} float32 {@code [B, room, d]},
 * filled up with zeros, and {@code closed} float32 {@code [B, room]}, 0 where there is a vector and
 * -1e9 where there is none.
 *
 * @param sets {@code [count][size][d]}, of at most {@code room} vectors each
 * @param labels their classes
 */
@SuppressWarnings("ArrayRecordComponent") // read in loops, never compared
record Examples(double[][][] sets, int[] labels, int room) {
  /** The vectors. */
  static final String SET = "set";

  /** What is added to similarities. */
  static final String CLOSED = "closed";

  private static final float NOTHING = -1e9f;

  /** How many there are. */
  int count() {
    return sets.length;
  }

  /** The channels of a vector. */
  int width() {
    return sets[0][0].length;
  }

  /** Those at such places. */
  Examples at(int... places) {
    double[][][] some = new double[places.length][][];
    Arrays.setAll(some, i -> sets[places[i]]);
    return new Examples(some, Arrays.stream(places).map(i -> labels[i]).toArray(), room);
  }

  /** The inputs of those at such places. */
  Map<String, Tensor> inputs(int... places) {
    int width = width();
    float[] vectors = new float[places.length * room * width];
    float[] closed = new float[places.length * room];
    Arrays.fill(closed, NOTHING);
    for (int b = 0; b < places.length; b++) {
      double[][] set = sets[places[b]];
      for (int s = 0; s < set.length; s++) {
        closed[b * room + s] = 0;
        for (int c = 0; c < width; c++) {
          vectors[(b * room + s) * width + c] = (float) set[s][c];
        }
      }
    }
    return Map.of(
        SET, Tensor.ofFloats(vectors, places.length, room, width),
        CLOSED, Tensor.ofFloats(closed, places.length, room));
  }

  /** Their classes, {@code [B]}. */
  Tensor labels(int... places) {
    long[] own = Arrays.stream(places).mapToLong(place -> labels[place]).toArray();
    return Tensor.ofLongs(own, own.length);
  }

  /** An order that each is as likely as any other to be. */
  static void shuffle(int[] order, SplittableRandom random) {
    for (int i = order.length - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      int kept = order[i];
      order[i] = order[other];
      order[other] = kept;
    }
  }
}
