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
   * @param training whether this is one epoch of training, see {@link #training}
   * @param group samples in a row that stay together in training
   */
  record Rule(
      int batchSize,
      boolean mixes,
      long seed,
      long window,
      ToIntFunction<Sample> length,
      boolean training,
      int group) {
    /** To evaluate or calibrate: samples of equal length stay in the order they were chosen. */
    Rule(int batchSize, boolean mixes, long seed, long window, ToIntFunction<Sample> length) {
      this(batchSize, mixes, seed, window, length, false, 1);
    }

    /**
     * The same for one epoch: what is read ahead is shuffled before it is sorted, {@value
     * #TRAINING_BATCHES} batches at a time, so that each epoch has other batches; samples of a
     * group are in one batch, one behind the other; and only full batches are given, but where
     * nothing mixes.
     */
    Rule training(int rows) {
      return new Rule(batchSize, mixes, seed, window, length, true, rows);
    }

    /** Samples of a full batch: whole groups, one at least. */
    int full() {
      return Math.max(1, batchSize / group) * group;
    }
  }

  /** Batches of training among which samples are sorted by length: fewer would mix less. */
  private static final int TRAINING_BATCHES = 50;

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
      // All of a window may be short of a batch.
      while (!batches.hasNext() && samples.hasNext()) {
        advance();
      }
      return batches.hasNext();
    }

    @Override
    public List<Placed> next() {
      if (!hasNext()) {
        throw new NoSuchElementException("all batches have been read");
      }
      return batches.next();
    }

    private void advance() {
      List<Placed> window = read();
      current =
          drawn(rule.training() ? cutForTraining(shuffled(window, windows)) : cut(window), windows);
      if (windows == 0 && !samples.hasNext()) {
        kept = Optional.of(current);
      }
      windows++;
      batches = current.iterator();
    }

    private List<Placed> read() {
      List<Placed> window = new ArrayList<>();
      long bytes = 0;
      while (samples.hasNext() && (bytes < rule.window() || window.size() % rule.full() > 0)) {
        Sample sample = samples.next();
        window.add(new Placed(next++, sample));
        bytes += sample.bytes();
      }
      if (!rule.training()) {
        window.sort(Comparator.comparingInt(p -> rule.length().applyAsInt(p.sample())));
      }
      return window;
    }
  }

  /** Groups in an order that is drawn. */
  private List<List<Placed>> shuffled(List<Placed> window, int number) {
    List<List<Placed>> groups = new ArrayList<>();
    for (int i = 0; i + rule.group() <= window.size(); i += rule.group()) {
      groups.add(List.copyOf(window.subList(i, i + rule.group())));
    }
    return shuffle(groups, SampleRandom.of(rule.seed(), "samples", number));
  }

  private List<List<Placed>> cutForTraining(List<List<Placed>> groups) {
    int each = rule.full() / rule.group();
    // What would be short of a batch is drawn, too: the next epoch leaves out others.
    int size = rule.mixes() ? groups.size() / each * each : groups.size();
    List<List<Placed>> batches = new ArrayList<>();
    for (int from = 0; from < size; from += each * TRAINING_BATCHES) {
      List<List<Placed>> some =
          new ArrayList<>(groups.subList(from, Math.min(size, from + each * TRAINING_BATCHES)));
      some.sort(
          Comparator.comparingInt(
              group ->
                  group.stream()
                      .mapToInt(p -> rule.length().applyAsInt(p.sample()))
                      .max()
                      .orElse(0)));
      batches.addAll(cut(some.stream().flatMap(List::stream).toList()));
    }
    return batches;
  }

  private List<List<Placed>> cut(List<Placed> sorted) {
    List<List<Placed>> batches = new ArrayList<>();
    int from = 0;
    for (int i = 1; i <= sorted.size(); i++) {
      if (i == sorted.size() || i - from == rule.full() || parts(sorted, from, i)) {
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

  private List<List<Placed>> drawn(List<List<Placed>> batches, int window) {
    return shuffle(batches, SampleRandom.of(rule.seed(), "batches", window));
  }

  /** Fisher and Yates' shuffle. */
  private static List<List<Placed>> shuffle(List<List<Placed>> lists, SampleRandom random) {
    for (int i = lists.size() - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      List<Placed> moved = lists.get(i);
      lists.set(i, lists.get(other));
      lists.set(other, moved);
    }
    return lists;
  }
}
