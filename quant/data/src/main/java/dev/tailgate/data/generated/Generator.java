package dev.tailgate.data.generated;

import dev.tailgate.data.Task;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SplittableRandom;

/** Samples without end: what a family of models is trained and judged on. */
public sealed interface Generator permits CausalText, MaskedText, Votes, Seasons {
  /** A sample of the training part. */
  Example draw(SplittableRandom random);

  /**
   * A sample of the part that nothing is trained on, by default drawn as any other.
   *
   * @param index of {@code count} samples
   */
  default Example heldOut(long index, long count, SplittableRandom random) {
    return draw(random);
  }

  /** What models are asked. */
  Task task();

  /** Whether samples have fewer tokens than there is room for. */
  default boolean hasPadding() {
    return false;
  }

  /**
   * What the metric of the task is for somebody who knows how the samples were made, over the first
   * held-out ones; empty where that is not computed.
   */
  default OptionalDouble floor(GeneratedSource heldOut) {
    return OptionalDouble.empty();
  }

  /** Sizes of a model that can be trained on it, by the names of its fields. */
  Map<String, Integer> sizes();

  /** In words. */
  String description();
}
