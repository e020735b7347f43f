package dev.tailgate.quant.data;

import java.util.Iterator;
import java.util.NoSuchElementException;

/** Cuts {@code samples} samples into batches of {@code batchSize}, the last one perhaps smaller. */
record BatchPlan(long samples, int batchSize) {
  /** Makes the batch of samples {@code firstSample} to {@code firstSample + samples - 1}. */
  @FunctionalInterface
  interface Maker {
    Batch make(long firstSample, int samples);
  }

  /** One batch after the other, each made when it is asked for. */
  Iterator<Batch> iterate(Maker maker) {
    return new Iterator<>() {
      private long next;

      @Override
      public boolean hasNext() {
        return next < samples;
      }

      @Override
      public Batch next() {
        if (!hasNext()) {
          throw new NoSuchElementException("all " + samples + " samples have been read");
        }
        Batch batch = maker.make(next, (int) Math.min(batchSize, samples - next));
        next += batch.samples();
        return batch;
      }
    };
  }
}
