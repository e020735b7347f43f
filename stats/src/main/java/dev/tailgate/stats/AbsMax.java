package dev.tailgate.stats;

import java.util.Comparator;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The largest magnitude and where it is, in the unit of the activation (float32, exact).
 *
 * <p>Kernels sum in another order for other batches and threads, so that values which are equal in
 * exact arithmetic (the same sentence twice, the same first token in every sample) differ in their
 * last bits, and chance would decide which is the largest. Magnitudes within {@value #NOISE} of the
 * largest, relatively, therefore count as equal; of equal ones the smallest {@link Place} is taken,
 * and at the same place the larger magnitude, then the positive value. The result is bit-equal
 * under any order of arrival and merging.
 *
 * <p>Kept are those values alone that have no other of at least their magnitude at an earlier
 * place: at most as many as there are float32 numbers within {@value #NOISE}, and mostly one.
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

  /** Magnitudes that differ by less, relatively, are the same but for rounding. */
  private static final double NOISE = 1e-5;

  private record Found(float value, Place place) {
    float magnitude() {
      return Math.abs(value);
    }

    boolean beats(Found other) {
      return magnitude() > other.magnitude()
          || (magnitude() == other.magnitude() && value > other.value);
    }
  }

  /** By place, each of a larger magnitude than those before it. */
  private final TreeMap<Place, Found> found = new TreeMap<>();

  private AbsMax() {}

  /** Returns the maximum of nothing. */
  public static AbsMax create() {
    return new AbsMax();
  }

  /** Offers a value at a place; allocates only for one that counts. */
  public void accept(float candidate, long sample, long token, long channel) {
    if (!Float.isFinite(candidate)) {
      throw new IllegalArgumentException(
          "Looking for the largest magnitude: expected a finite value, found "
              + candidate
              + " at sample "
              + sample);
    }
    if (counts(Math.abs(candidate))) {
      offer(candidate, new Place(sample, token, channel));
    }
  }

  /** Whether a value of this magnitude may be the one, wherever it is. */
  public boolean counts(float candidate) {
    return found.isEmpty() || candidate >= least();
  }

  private double least() {
    return (1 - NOISE) * found.lastEntry().getValue().magnitude();
  }

  @Override
  public void combine(AbsMax other) {
    other.found.values().forEach(f -> offer(f.value(), f.place()));
  }

  private void offer(float candidate, Place at) {
    // Adding zero turns -0 into +0.
    Found offered = new Found(candidate + 0.0f, at);
    Map.Entry<Place, Found> before = found.floorEntry(at);
    boolean isSamePlace = before != null && before.getKey().equals(at);
    boolean isWorse =
        before != null
            && (isSamePlace
                ? !offered.beats(before.getValue())
                : before.getValue().magnitude() >= offered.magnitude());
    if (isWorse || !counts(offered.magnitude())) {
      return;
    }
    found.put(at, offered);
    for (Iterator<Found> later = found.tailMap(at, false).values().iterator(); later.hasNext(); ) {
      if (later.next().magnitude() > offered.magnitude()) {
        break;
      }
      later.remove();
    }
    while (found.firstEntry().getValue().magnitude() < least()) {
      found.pollFirstEntry();
    }
  }

  /** The value at the place that is taken, with its sign; NaN when empty. */
  public float value() {
    return found.isEmpty() ? Float.NaN : found.firstEntry().getValue().value();
  }

  /** The largest magnitude; NaN when empty. */
  public float magnitude() {
    return found.isEmpty() ? Float.NaN : found.lastEntry().getValue().magnitude();
  }

  /** Where the value is; empty when nothing was offered. */
  public Optional<Place> place() {
    return found.isEmpty() ? Optional.empty() : Optional.of(found.firstKey());
  }
}
