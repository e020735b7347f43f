package dev.tailgate.data;

import java.lang.ref.Cleaner;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * Reads what has to be closed as if it had not: the source is closed behind its last element, when
 * it fails, or, where the reader stops early, once nobody refers to this iterator any more.
 */
public final class ClosingIterator<T> implements Iterator<T> {
  /** Elements out of something open. It must not refer to the iterator around it. */
  public interface Source<T> extends Iterator<T>, AutoCloseable {
    @Override
    void close();
  }

  private static final Cleaner CLEANER = Cleaner.create();

  private final Source<T> source;
  private final Cleaner.Cleanable closing;

  /** Owns {@code source} from here on. */
  public ClosingIterator(Source<T> source) {
    this.source = source;
    this.closing = CLEANER.register(this, source::close);
  }

  @Override
  public boolean hasNext() {
    boolean isDone = true;
    try {
      isDone = !source.hasNext();
    } finally {
      if (isDone) {
        closing.clean();
      }
    }
    return !isDone;
  }

  @Override
  public T next() {
    if (!hasNext()) {
      throw new NoSuchElementException("everything has been read");
    }
    boolean isRead = false;
    try {
      T element = source.next();
      isRead = true;
      return element;
    } finally {
      if (!isRead) {
        closing.clean();
      }
    }
  }
}
