package dev.tailgate.quant.data;

import dev.tailgate.quant.input.ModelInputs;
import dev.tailgate.quant.tensor.DataException;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** Cuts {@code samples} samples into batches of {@code batchSize}, the last one perhaps smaller. */
public record BatchPlan(long samples, int batchSize) {
  /** Makes the batch of samples {@code firstSample} to {@code firstSample + samples - 1}. */
  @FunctionalInterface
  public interface Maker {
    Batch make(long firstSample, int samples);
  }

  /**
   * As many of {@code available} samples as asked for; with a fixed batch only full batches, at
   * least one.
   */
  public static BatchPlan of(long available, long asked, ModelInputs inputs, String where) {
    long batch = inputs.batchSize();
    long samples = Math.min(asked, available);
    if (inputs.fixedBatch()) {
      samples = Math.min((asked + batch - 1) / batch, available / batch) * batch;
    }
    if (samples == 0) {
      throw DataException.doing("reading samples")
          .expected("at least " + (inputs.fixedBatch() ? batch + ", the model's batch" : "1"))
          .found(available + " samples")
          .where(where)
          .fix("Give more samples, or export the model with a smaller batch.");
    }
    return new BatchPlan(samples, inputs.batchSize());
  }

  /** One batch after the other, each made when it is asked for. */
  public Iterator<Batch> iterate(Maker maker) {
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
