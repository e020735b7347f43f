package dev.tailgate.data.table;

import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Ends a query that gives no row for too long. The time between rows counts, not that of the whole:
 * rows are read as fast as models run on them.
 */
final class QueryWatch implements AutoCloseable {
  /** For one row, or for all where a result is made at once. */
  static final Duration LIMIT = Duration.ofMinutes(10);

  private static final Set<QueryWatch> RUNNING = ConcurrentHashMap.newKeySet();

  static {
    Thread clock = new Thread(QueryWatch::watch, "tailgate-query-watch");
    clock.setDaemon(true);
    clock.start();
  }

  private final Statement statement;
  private final Duration limit;
  private volatile long begun;
  private volatile boolean isWaiting;
  private volatile boolean isOver;

  private QueryWatch(Statement statement, Duration limit) {
    this.statement = statement;
    this.limit = limit;
  }

  /** Something that waits for the database. */
  @FunctionalInterface
  interface Step<T> {
    /** Does it. */
    T take() throws SQLException;
  }

  /** Watches {@code statement} until closed. */
  static QueryWatch over(Statement statement, Duration limit) {
    QueryWatch watch = new QueryWatch(statement, limit);
    RUNNING.add(watch);
    return watch;
  }

  /**
   * Takes a step.
   *
   * @throws SQLTimeoutException where it took too long
   */
  <T> T step(Step<T> step) throws SQLException {
    begun = System.nanoTime();
    isWaiting = true;
    try {
      return step.take();
    } catch (SQLException e) {
      throw isOver
          ? new SQLTimeoutException("no row within " + limit.toSeconds() + " seconds", e)
          : e;
    } finally {
      isWaiting = false;
    }
  }

  private static void watch() {
    while (true) {
      LockSupport.parkNanos(100_000_000);
      RUNNING.forEach(QueryWatch::endIfOver);
    }
  }

  private void endIfOver() {
    if (isWaiting && System.nanoTime() - begun > limit.toNanos()) {
      isOver = true;
      try {
        statement.cancel();
      } catch (SQLException e) {
        // Done meanwhile.
      }
    }
  }

  @Override
  public void close() {
    RUNNING.remove(this);
  }
}
