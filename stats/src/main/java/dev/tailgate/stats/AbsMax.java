package dev.tailgate.stats;

import java.util.Comparator;
import java.util.Optional;

/**
 * The value of largest magnitude and where it is, in the unit of the activation (float32, exact).
 *
 * <p>Equal magnitudes are decided by the smallest {@link Place}, and at the same place in favour of
 * the positive value, so the result is bit-equal under any batching and any order of merging.
 *
 * <p>Edges: empty gives NaN and no place; NaN and infinities are refused, count them with {@link
 * NonFinite}; negative zero is kept as zero.
 */
public final class AbsMax implements Accumulator<AbsMax> {

  /** Stands for an axis that the tensor lacks or whose index was not recorded. */
  public static final long UNKNOWN = -1;

  /**
   * A position in the data set: sample, token in the sample, channel in the token, each from 0, or
   * {@link #UNKNOWN}. Ordered by sample, then token, then channel.
   */
  public record Place(long sample, long token, long channel) implements Comparable<Place> {

    private static final Comparator<Place> ORDER =
        Comparator.comparingLong(Place::sample)
            .thenComparingLong(Place::token)
            .thenComparingLong(Place::channel);

    /** Refuses what cannot be. */
    public Place {
      if (sample < UNKNOWN || token < UNKNOWN || channel < UNKNOWN) {
        throw new IllegalArgumentException(
            "Naming the place of a value: expected indices >= 0 or -1 for unknown, found sample="
                + sample
                + " token="
                + token
                + " channel="
                + channel);
      }
    }

    @Override
    public int compareTo(Place other) {
      return ORDER.compare(this, other);
    }
  }

  private float value = Float.NaN;
  private Optional<Place> place = Optional.empty();

  private AbsMax() {}

  /** Returns the maximum of nothing. */
  public static AbsMax create() {
    return new AbsMax();
  }

  /** Offers a value at a place; allocates only when the value is a new maximum or ties with it. */
  public void accept(float candidate, long sample, long token, long channel) {
    if (!Float.isFinite(candidate)) {
      throw new IllegalArgumentException(
          "Looking for the largest magnitude: expected a finite value, found "
              + candidate
              + " at sample "
              + sample);
    }
    if (place.isEmpty() || Math.abs(candidate) >= Math.abs(value)) {
      offer(candidate, new Place(sample, token, channel));
    }
  }

  @Override
  public void combine(AbsMax other) {
    other.place.ifPresent(at -> offer(other.value, at));
  }

  private void offer(float candidate, Place at) {
    if (place.isEmpty() || wins(candidate, at, place.get())) {
      // Adding zero turns -0 into +0.
      value = candidate + 0.0f;
      place = Optional.of(at);
    }
  }

  private boolean wins(float candidate, Place at, Place current) {
    int byMagnitude = Float.compare(Math.abs(candidate), Math.abs(value));
    if (byMagnitude != 0) {
      return byMagnitude > 0;
    }
    int byPlace = at.compareTo(current);
    return byPlace < 0 || (byPlace == 0 && candidate > value);
  }

  /** The value of largest magnitude with its sign; NaN when empty. */
  public float value() {
    return value;
  }

  /** The largest magnitude; NaN when empty. */
  public float magnitude() {
    return Math.abs(value);
  }

  /** Where the value is; empty when nothing was offered. */
  public Optional<Place> place() {
    return place;
  }
}
