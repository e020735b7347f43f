package dev.tailgate.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.LockSupport;

/**
 * Lets work through until it is told to end. Then no more begins, what goes on is asked to stop and
 * waited for, and whoever comes after that waits for ever: the process is being taken apart around
 * it, and native code that runs then falls into what is already gone.
 */
final class EndGate {
  private enum Phase {
    OPEN,
    ENDING,
    OVER
  }

  /** What a piece of work is, which says how long it is waited for. */
  enum Kind {
    /** A call that unwinds when what it does is refused, and tidies up on its way. */
    CALL,
    /** A call that saves what it has done on its way, which takes longer. */
    SAVING_CALL,
    /** A call of native code. */
    NATIVE
  }

  /** What is done while the gate is open. */
  interface Task<T, X extends Exception> {
    T run() throws X;
  }

  private record Work(Kind kind, Runnable stop) {}

  private final List<Work> works = new ArrayList<>();
  private Phase phase = Phase.OPEN;

  synchronized boolean isEnding() {
    return phase != Phase.OPEN;
  }

  /**
   * Does work.
   *
   * @param stop asks it to end soon; is called by another thread, and not after it has ended
   * @throws CancellationException where no more work is to begin
   */
  <T, X extends Exception> T through(Kind kind, Runnable stop, Task<T, X> task) throws X {
    return through(kind, stop, Phase.OPEN, task);
  }

  /** Does work that ends what was begun before, which goes through longer. */
  <T, X extends Exception> T throughLast(Kind kind, Task<T, X> task) throws X {
    return through(kind, () -> {}, Phase.ENDING, task);
  }

  private <T, X extends Exception> T through(Kind kind, Runnable stop, Phase last, Task<T, X> task)
      throws X {
    Work work = new Work(kind, stop);
    if (!add(work, last)) {
      waitForEver();
    }
    try {
      return task.run();
    } finally {
      remove(work);
    }
  }

  /** Whether it may begin; no is for ever. */
  private synchronized boolean add(Work work, Phase last) {
    boolean isLate = phase == Phase.ENDING && last == Phase.OPEN;
    if (isLate || (phase == Phase.OVER && work.kind != Kind.NATIVE)) {
      throw new CancellationException("The run ends here: its process does");
    }
    return phase != Phase.OVER && works.add(work);
  }

  @SuppressWarnings("ReferenceEquality") // two works may be equal, and each ends for itself
  private synchronized void remove(Work work) {
    works.removeIf(other -> other == work);
    notifyAll();
  }

  private static void waitForEver() {
    while (true) {
      LockSupport.park();
    }
  }

  /** Ends all work, or leaves what takes longer than it may. */
  synchronized void end(Duration calls, Duration savingCalls, Duration natives) {
    phase = Phase.ENDING;
    for (Work work : works) {
      work.stop.run();
    }
    await(Kind.SAVING_CALL, savingCalls);
    await(Kind.CALL, calls);
    await(Kind.NATIVE, natives.minus(calls));
    phase = Phase.OVER;
  }

  private synchronized void await(Kind kind, Duration most) {
    long end = System.nanoTime() + most.toNanos();
    boolean interrupted = false;
    while (works.stream().anyMatch(work -> work.kind == kind)) {
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        break;
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        interrupted = true;
        break;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
