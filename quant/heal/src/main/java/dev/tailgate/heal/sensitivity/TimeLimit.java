package dev.tailgate.heal.sensitivity;

import java.time.Duration;
import java.util.Optional;

/** A budget of wall-clock time that begins when this is made. */
public final class TimeLimit {
  private final long start = System.nanoTime();
  private final long nanos;

  private TimeLimit(long nanos) {
    this.nanos = nanos;
  }

  /** A limit, or none. */
  public static TimeLimit of(Optional<Duration> budget) {
    return new TimeLimit(budget.map(Duration::toNanos).orElse(Long.MAX_VALUE));
  }

  /** Whether the time is over. */
  public boolean isOver() {
    return System.nanoTime() - start >= nanos;
  }

  /** Seconds since the beginning. */
  public double seconds() {
    return (System.nanoTime() - start) / 1e9;
  }
}
