package dev.tailgate.data;

import dev.tailgate.engine.input.SampleRandom;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * Chooses samples by index: the part of the data that {@link Shard} names, shuffled by seed where
 * asked for, and of that the first so many. Memory is proportional to the number chosen, not to the
 * size of the data; asking for more keeps the ones chosen before.
 */
public final class SampleOrder {
  private SampleOrder() {}

  /**
   * Places of some of {@code size} samples that were chosen before, ascending: at most {@code rows}
   * rows in whole samples of {@code group} rows, at least one sample, drawn by seed.
   */
  public static long[] some(long size, int group, long rows, long seed) {
    long samples = Math.max(1, Math.min(size, rows) / group);
    return Arrays.stream(choose(Math.max(1, size / group), samples, true, seed, Shard.WHOLE))
        .sorted()
        .flatMap(sample -> LongStream.range(sample * group, Math.min(size, (sample + 1) * group)))
        .toArray();
  }

  /** {@code places} in an order drawn by seed; those of a group stay one behind the other. */
  public static long[] drawn(long[] places, int group, long seed) {
    return Arrays.stream(choose(places.length / group, Long.MAX_VALUE, true, seed, Shard.WHOLE))
        .flatMap(g -> LongStream.range(g * group, (g + 1) * group))
        .map(place -> places[Math.toIntExact(place)])
        .toArray();
  }

  /**
   * The indices to read.
   *
   * @param size samples in all
   * @param most samples wanted
   */
  public static long[] choose(long size, long most, boolean shuffled, long seed, Shard shard) {
    long available = shard.size(size);
    int count = Math.toIntExact(Math.min(available, most));
    long[] chosen = new long[count];
    Map<Long, Long> moved = new HashMap<>();
    SampleRandom random = SampleRandom.of(seed, "order", 0);
    for (int k = 0; k < count; k++) {
      long taken = k;
      if (shuffled) {
        // Fisher and Yates' shuffle, of which only the exchanged places are kept.
        long other = k + (long) (random.nextDouble() * (available - k));
        taken = moved.getOrDefault(other, other);
        moved.put(other, moved.getOrDefault((long) k, (long) k));
        moved.remove((long) k);
      }
      chosen[k] = shard.whole(taken);
    }
    return chosen;
  }
}
