package dev.tailgate.quant.contest;

import com.google.errorprone.annotations.MustBeClosed;
import dev.tailgate.data.Batch;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** Contestants with their sessions: opened in order or not at all, closed in reverse. */
final class Lineup implements AutoCloseable {
  private record Entered(String name, BatchRunner runner) {}

  private final List<Entered> entered = new ArrayList<>();

  private Lineup() {}

  @MustBeClosed
  static Lineup open(List<Contestant> contestants) {
    Lineup lineup = new Lineup();
    try {
      contestants.forEach(lineup::enter);
    } catch (RuntimeException e) {
      try {
        lineup.close();
      } catch (RuntimeException again) {
        e.addSuppressed(again);
      }
      throw e;
    }
    return lineup;
  }

  @SuppressWarnings("MustBeClosed") // closed by close()
  private void enter(Contestant contestant) {
    entered.add(new Entered(contestant.name(), contestant.opening().open()));
  }

  int size() {
    return entered.size();
  }

  Round.Turn play(int index, Batch batch, LongSupplier clock) {
    Entered next = entered.get(index);
    long start = clock.getAsLong();
    var outputs = next.runner().run(batch);
    return new Round.Turn(next.name(), outputs, (clock.getAsLong() - start) / 1e9);
  }

  @Override
  public void close() {
    RuntimeException first = null;
    while (!entered.isEmpty()) {
      try {
        entered.remove(entered.size() - 1).runner().close();
      } catch (RuntimeException e) {
        if (first == null) {
          first = e;
        } else {
          first.addSuppressed(e);
        }
      }
    }
    if (first != null) {
      throw first;
    }
  }
}
