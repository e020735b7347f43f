package dev.tailgate.quant.calibrate;

import dev.tailgate.quant.measure.SliceGeometry;
import java.util.ArrayList;
import java.util.List;

/** Counts the faults of one point over batches. */
final class FaultTally {
  private static final List<DataFault.Kind> KINDS = List.of(DataFault.Kind.values());
  private static final int FILL = KINDS.indexOf(DataFault.Kind.MASK_FILL);

  private final long[] counts = new long[KINDS.size()];
  private final long[] firstSamples = new long[counts.length];
  private double fill;

  /**
   * Takes in a batch.
   *
   * @param found {@link FaultNodes#found} of it
   * @param firstSample earliest of the batch, where slices cannot be told apart by sample
   * @return how many faults it has, those of padding not counted
   */
  long accept(float[] found, SliceGeometry slices, long firstSample) {
    long all = 0;
    for (int s = 0; s < slices.slices(); s++) {
      for (int kind = 0; kind < counts.length && slices.valid(s); kind++) {
        long count = (long) found[s * FaultNodes.COLUMNS + kind];
        if (count > 0) {
          long sample = slices.sample(s) < 0 ? firstSample : slices.sample(s);
          boolean isFirst = counts[kind] == 0;
          fill = isFirst && kind == FILL ? found[s * FaultNodes.COLUMNS + FILL + 1] : fill;
          firstSamples[kind] = isFirst ? sample : Math.min(firstSamples[kind], sample);
        }
        counts[kind] += count;
        all += count;
      }
    }
    return all;
  }

  /** Faults so far, by kind. */
  List<DataFault> of(String tensor) {
    double[] examples = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, fill};
    List<DataFault> faults = new ArrayList<>();
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] > 0) {
        faults.add(new DataFault(tensor, KINDS.get(i), counts[i], firstSamples[i], examples[i]));
      }
    }
    return faults;
  }

  /** Everything, for {@link #restore}. */
  Counts counts() {
    return new Counts(counts.clone(), firstSamples.clone(), fill);
  }

  /** Goes on from {@link #counts()}. */
  void restore(Counts found) {
    System.arraycopy(found.counts(), 0, counts, 0, counts.length);
    System.arraycopy(found.firstSamples(), 0, firstSamples, 0, counts.length);
    fill = found.fill();
  }

  /** Faults by kind, and the first fill of a mask. */
  @SuppressWarnings("ArrayRecordComponent") // made to be written down
  record Counts(long[] counts, long[] firstSamples, double fill) {
    /** Refuses counts of other kinds. */
    Counts {
      if (counts.length != KINDS.size() || firstSamples.length != KINDS.size()) {
        throw new IllegalArgumentException("Expected counts of " + KINDS.size() + " kinds");
      }
    }
  }
}
