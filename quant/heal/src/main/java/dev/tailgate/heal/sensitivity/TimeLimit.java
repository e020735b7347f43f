package dev.tailgate.heal.sensitivity;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/** A budget of wall-clock time that begins when this is made. */
public final class TimeLimit {
  private final LongSupplier clock;
  private final long start;
  private final long nanos;

  private TimeLimit(LongSupplier clock, long nanos) {
    this.clock = clock;
    this.start = clock.getAsLong();
    this.nanos = nanos;
  }

  /** A limit, or none. */
  public static TimeLimit of(Optional<Duration> budget) {
    return of(budget, System::nanoTime);
  }

  /** A limit, or none, by a clock that counts nanoseconds. */
  public static TimeLimit of(Optional<Duration> budget, LongSupplier clock) {
    return new TimeLimit(clock, budget.map(Duration::toNanos).orElse(Long.MAX_VALUE));
  }

  /** Whether the time is over. */
  public boolean isOver() {
    return clock.getAsLong() - start >= nanos;
  }

  /** Seconds since the beginning. */
  public double seconds() {
    return (clock.getAsLong() - start) / 1e9;
  }
}
