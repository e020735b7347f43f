package dev.tailgate.data;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * Whole batches of a source at equal distances, of data whose batches are as they were saved. They
 * are read as they are asked for.
 *
 * @param all the source
 * @param rows that are wanted of it
 */
record SomeBatches(DataSource all, long rows) implements DataSource {
  static DataSource of(DataSource all, long rows) {
    return rows >= all.samples() ? all : new SomeBatches(all, Math.max(1, rows));
  }

  @Override
  public Iterator<Batch> batches() {
    Iterator<Batch> source = all.batches();
    double step = (double) all.samples() / rows;
    return new Iterator<>() {
      private double next = step / 2;
      private long seen;
      private Optional<Batch> found = advance();

      /** The next batch that holds one of the samples at equal distances. */
      private Optional<Batch> advance() {
        while (source.hasNext()) {
          Batch batch = source.next();
          seen += batch.samples();
          if (seen > next) {
            next += step * batch.samples();
            return Optional.of(batch);
          }
        }
        return Optional.empty();
      }

      @Override
      public boolean hasNext() {
        return found.isPresent();
      }

      @Override
      public Batch next() {
        Batch batch =
            found.orElseThrow(
                () -> new NoSuchElementException("all chosen batches have been read"));
        found = advance();
        return batch;
      }
    };
  }

  @Override
  public long samples() {
    long samples = 0;
    for (Iterator<Batch> chosen = batches(); chosen.hasNext(); ) {
      samples += chosen.next().samples();
    }
    return samples;
  }

  @Override
  public String description() {
    return all.description();
  }

  @Override
  public boolean synthetic() {
    return all.synthetic();
  }

  @Override
  public boolean hasPadding() {
    return all.hasPadding();
  }

  @Override
  public boolean hasCopies() {
    return all.hasCopies();
  }

  @Override
  public Scoring scoring() {
    return all.scoring();
  }

  @Override
  public Task task() {
    return all.task();
  }
}
