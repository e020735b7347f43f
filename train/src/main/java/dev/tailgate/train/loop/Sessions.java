package dev.tailgate.train.loop;

import java.util.ArrayDeque;
import java.util.Deque;

/** What is open in a training; closed together, the last first. */
final class Sessions implements AutoCloseable {
  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  /** Takes over {@code opened}. */
  <T extends AutoCloseable> T add(T opened) {
    open.push(opened);
    return opened;
  }

  @Override
  public void close() {
    RuntimeException failure = null;
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (RuntimeException e) {
        failure = e;
      } catch (Exception e) {
        failure = new IllegalStateException("closing a session", e);
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
