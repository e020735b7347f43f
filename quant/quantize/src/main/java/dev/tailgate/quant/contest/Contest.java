package dev.tailgate.quant.contest;

import com.google.errorprone.annotations.MustBeClosed;
import dev.tailgate.data.Batch;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Runs a reference and challengers over the same batches, round by round: each batch is read once,
 * everybody runs it, observers see what came of it, and it is dropped. A contest can be run several
 * times with other challengers; what {@link Keep} asks for is then taken from memory.
 *
 * <p>Owns all sessions: the reference's from opening to closing, or to the end of the first pass
 * where what it gave is kept; the challengers' for one pass. A failure, of a model or of an
 * observer, ends the pass and closes them.
 */
public final class Contest implements AutoCloseable {
  private record Kept(Batch batch, Round.Turn reference) {}

  private final Lineup reference;
  private final Iterable<Batch> batches;
  private final Keep keep;
  private final int inOrder;
  private final LongSupplier clock;
  private Optional<List<Kept>> kept = Optional.empty();

  private Contest(
      Lineup reference, Iterable<Batch> batches, Keep keep, int inOrder, LongSupplier clock) {
    this.reference = reference;
    this.batches = batches;
    this.keep = keep;
    this.inOrder = inOrder;
    this.clock = clock;
  }

  /**
   * Loads the reference.
   *
   * @param batches a repeatable stream, the same in every pass
   */
  @MustBeClosed
  @SuppressWarnings("MustBeClosed") // closed by close()
  public static Contest open(Contestant reference, Iterable<Batch> batches, Keep keep) {
    return new Contest(
        Lineup.open(List.of(reference)), batches, keep, Integer.MAX_VALUE, System::nanoTime);
  }

  /**
   * Loads the reference of a contest about time: who goes first changes from round to round.
   *
   * @param inOrder rounds before that in which nothing changes
   * @param clock counts nanoseconds
   */
  @MustBeClosed
  @SuppressWarnings("MustBeClosed") // closed by close()
  public static Contest takingTurns(
      Contestant reference, Iterable<Batch> batches, int inOrder, LongSupplier clock) {
    return new Contest(Lineup.open(List.of(reference)), batches, Keep.NOTHING, inOrder, clock);
  }

  /** One pass: the reference beside {@code challengers}, of which there may be none. */
  public void run(List<Contestant> challengers, Observer... observers) {
    run(Long.MAX_VALUE, challengers, observers);
  }

  /**
   * The same on batches with about {@code samples} samples: at equal distances where they are kept,
   * otherwise the first ones.
   */
  public void run(long samples, List<Contestant> challengers, Observer... observers) {
    try (Lineup others = Lineup.open(challengers)) {
      if (samples < Long.MAX_VALUE) {
        some(samples, others, observers);
      } else if (kept.isPresent()) {
        for (Kept known : kept.get()) {
          tell(round(known.batch(), Optional.of(known.reference()), others, false), observers);
        }
      } else {
        readAndRun(others, observers);
      }
    }
  }

  private void some(long samples, Lineup others, Observer[] observers) {
    if (kept.isEmpty()) {
      Iterator<Batch> all = batches.iterator();
      for (long seen = 0; seen < samples && all.hasNext(); ) {
        Batch batch = all.next();
        tell(round(batch, Optional.empty(), others, false), observers);
        seen += batch.samples();
      }
      return;
    }
    long all = kept.get().stream().mapToLong(known -> known.batch().samples()).sum();
    double step = Math.max(1, (double) all / samples);
    double next = step / 2;
    long seen = 0;
    for (Kept known : kept.get()) {
      seen += known.batch().samples();
      if (seen > next) {
        tell(round(known.batch(), Optional.of(known.reference()), others, false), observers);
        next += step * known.batch().samples();
      }
    }
  }

  private void readAndRun(Lineup others, Observer[] observers) {
    List<Kept> keeping = new ArrayList<>();
    long bytes = 0;
    int played = 0;
    for (Batch batch : batches) {
      boolean lastFirst = played >= inOrder && (played - inOrder) % 2 != 0;
      Round round = round(batch, Optional.empty(), others, lastFirst);
      tell(round, observers);
      played++;
      Kept known = new Kept(batch, keep.of(round.turns().get(0)));
      bytes += Keep.bytes(batch, known.reference());
      if (bytes <= keep.mostBytes()) {
        keeping.add(known);
      } else {
        keeping.clear();
      }
    }
    if (bytes <= keep.mostBytes()) {
      kept = Optional.of(keeping);
      reference.close();
    }
  }

  /** Whoever goes first, the reference's turn stands first. */
  private Round round(Batch batch, Optional<Round.Turn> known, Lineup others, boolean lastFirst) {
    Round.Turn[] turns = new Round.Turn[1 + others.size()];
    for (int i = 0; i < turns.length; i++) {
      int at = lastFirst ? turns.length - 1 - i : i;
      turns[at] =
          at == 0
              ? known.orElseGet(() -> reference.play(0, batch, clock))
              : others.play(at - 1, batch, clock);
    }
    return new Round(batch, List.of(turns));
  }

  private static void tell(Round round, Observer[] observers) {
    for (Observer observer : observers) {
      observer.accept(round);
    }
  }

  @Override
  public void close() {
    reference.close();
  }
}
