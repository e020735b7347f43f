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
   * @param firstSample of the batch, where slices cannot be told apart by sample
   * @return how many faults it has, those of padding not counted
   */
  long accept(float[] found, SliceGeometry slices, long firstSample) {
    long all = 0;
    for (int s = 0; s < slices.slices(); s++) {
      for (int kind = 0; kind < counts.length && slices.valid(s); kind++) {
        long count = (long) found[s * FaultNodes.COLUMNS + kind];
        if (count > 0 && counts[kind] == 0) {
          firstSamples[kind] = Math.max(slices.sample(s), firstSample);
          fill = kind == FILL ? found[s * FaultNodes.COLUMNS + FILL + 1] : fill;
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
  double[] state() {
    double[] state = new double[2 * counts.length + 1];
    for (int i = 0; i < counts.length; i++) {
      // Counts of elements stay far below 2^53.
      state[i] = counts[i];
      state[counts.length + i] = firstSamples[i];
    }
    state[state.length - 1] = fill;
    return state;
  }

  /** Goes on from a {@link #state()}. */
  void restore(double[] state) {
    for (int i = 0; i < counts.length; i++) {
      counts[i] = (long) state[i];
      firstSamples[i] = (long) state[counts.length + i];
    }
    fill = state[state.length - 1];
  }
}
