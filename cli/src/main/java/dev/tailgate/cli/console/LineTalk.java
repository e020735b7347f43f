package dev.tailgate.cli.console;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.function.LongSupplier;

/** Says each stage once, and in long stages how far it is every few seconds: readable in a log. */
final class LineTalk implements Talk {
  private static final long INTERVAL_NANOS = Duration.ofSeconds(10).toNanos();

  private final PrintWriter err;
  private final LongSupplier clock;
  private String stage = "";
  private long saidAt;

  /** {@code clock} counts nanoseconds. */
  LineTalk(PrintWriter err, LongSupplier clock) {
    this.err = err;
    this.clock = clock;
  }

  @Override
  public void say(String line) {
    err.println(line);
    err.flush();
  }

  @Override
  public void at(String stage, long done, long total) {
    long now = clock.getAsLong();
    if (!stage.equals(this.stage)) {
      this.stage = stage;
      saidAt = now;
      say(stage);
    } else if (now - saidAt >= INTERVAL_NANOS && done < total) {
      saidAt = now;
      say(stage + " " + done + "/" + total);
    }
  }

  @Override
  public void close() {}
}
