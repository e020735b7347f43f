package dev.tailgate.data;

import dev.tailgate.engine.input.SampleRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.ToIntFunction;

/**
 * Cuts samples into batches of similar length, so that little is run that is only padding.
 *
 * <p>Samples are read ahead, {@value #WINDOW} bytes of them or all; sorted by length, those of
 * equal length in the order they were chosen; and cut into batches. The batches are then run in an
 * order drawn by seed, so that running estimators, and runs that end early, see short and long
 * samples alike. Samples that fit into one window are read once and kept for later passes.
 */
final class LengthBatches {
  /** What is read ahead; a sentence takes some hundred bytes. */
  static final long WINDOW = 64L << 20;

  /** A sample and its place in the order chosen. */
  record Placed(long place, Sample sample) {}

  /**
   * How batches are made.
   *
   * @param batchSize most samples a batch
   * @param mixes whether samples of different length may share a batch; without, batches are
   *     smaller where there are few of a length
   * @param seed draws the order of batches
   * @param window bytes that are read ahead
   * @param length of a sample
   */
  record Rule(int batchSize, boolean mixes, long seed, long window, ToIntFunction<Sample> length) {}

  private final Rule rule;
  private Optional<List<List<Placed>>> kept = Optional.empty();

  LengthBatches(Rule rule) {
    this.rule = rule;
  }

  /** The batches of all that {@code samples} gives, which is asked only where nothing is kept. */
  Iterator<List<Placed>> iterate(Iterable<Sample> samples) {
    return kept.isPresent() ? kept.get().iterator() : new Windows(samples.iterator());
  }

  /** The batches of the first window. */
  List<List<Placed>> first(Iterable<Sample> samples) {
    if (kept.isPresent()) {
      return kept.get();
    }
    Windows windows = new Windows(samples.iterator());
    windows.next();
    return windows.current;
  }

  /** One window after the other. */
  private final class Windows implements Iterator<List<Placed>> {
    private final Iterator<Sample> samples;
    private List<List<Placed>> current = List.of();
    private Iterator<List<Placed>> batches = current.iterator();
    private long next;
    private int windows;

    Windows(Iterator<Sample> samples) {
      this.samples = samples;
    }

    @Override
    public boolean hasNext() {
      return batches.hasNext() || samples.hasNext();
    }

    @Override
    public List<Placed> next() {
      if (!batches.hasNext()) {
        if (!samples.hasNext()) {
          throw new NoSuchElementException("all batches have been read");
        }
        current = drawn(cut(read()), windows);
        if (windows == 0 && !samples.hasNext()) {
          kept = Optional.of(current);
        }
        windows++;
        batches = current.iterator();
      }
      return batches.next();
    }

    private List<Placed> read() {
      List<Placed> window = new ArrayList<>();
      long bytes = 0;
      while (samples.hasNext() && (bytes < rule.window() || window.size() % rule.batchSize() > 0)) {
        Sample sample = samples.next();
        window.add(new Placed(next++, sample));
        bytes += sample.bytes();
      }
      window.sort(Comparator.comparingInt(p -> rule.length().applyAsInt(p.sample())));
      return window;
    }
  }

  private List<List<Placed>> cut(List<Placed> sorted) {
    List<List<Placed>> batches = new ArrayList<>();
    int from = 0;
    for (int i = 1; i <= sorted.size(); i++) {
      if (i == sorted.size() || i - from == rule.batchSize() || parts(sorted, from, i)) {
        batches.add(List.copyOf(sorted.subList(from, i)));
        from = i;
      }
    }
    return batches;
  }

  private boolean parts(List<Placed> sorted, int from, int i) {
    ToIntFunction<Sample> length = rule.length();
    return !rule.mixes()
        && length.applyAsInt(sorted.get(from).sample())
            != length.applyAsInt(sorted.get(i).sample());
  }

  /** Fisher and Yates' shuffle. */
  private List<List<Placed>> drawn(List<List<Placed>> batches, int window) {
    SampleRandom random = SampleRandom.of(rule.seed(), "batches", window);
    for (int i = batches.size() - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      List<Placed> moved = batches.get(i);
      batches.set(i, batches.get(other));
      batches.set(other, moved);
    }
    return batches;
  }
}
