package dev.tailgate.data;

import dev.tailgate.data.DataRequest.Purpose;
import dev.tailgate.engine.input.InputLayout;
import dev.tailgate.engine.input.ModelInputs;
import dev.tailgate.engine.tensor.DataException;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;

/**
 * Cuts samples into batches, the last one perhaps smaller; where the model fixes its batch, that
 * one is filled up with copies of its last sample.
 *
 * @param samples in all
 * @param batchSize samples of a full batch
 * @param filled the model's inputs where short batches are filled up, otherwise none
 */
public record BatchPlan(long samples, int batchSize, List<InputLayout> filled) {

  /** Makes the batch of samples {@code firstSample} to {@code firstSample + samples - 1}. */
  @FunctionalInterface
  public interface Maker {
    Batch make(long firstSample, int samples);
  }

  /** Copies the list. */
  public BatchPlan {
    filled = List.copyOf(filled);
  }

  /**
   * Rows by which more than asked for may be taken, so that the last batch is full: parameters are
   * fitted on full batches.
   */
  public static int rounding(DataRequest request, ModelInputs inputs) {
    boolean isRounded = inputs.fixedBatch() && request.purpose() == Purpose.CALIBRATION;
    return isRounded ? inputs.batchSize() : 1;
  }

  /**
   * As many of {@code available} rows as are {@code asked} for. Estimators of ranges pool a batch
   * and would count copies, so that calibration on fixed batches takes full ones only, unless there
   * is none.
   */
  public static BatchPlan of(
      long available, long asked, DataRequest request, ModelInputs inputs, String where) {
    long samples = Math.min(asked, available);
    if (samples == 0) {
      throw DataException.doing("reading samples")
          .expected("at least 1")
          .found("0 samples")
          .where(where)
          .fix("Give more samples.");
    }
    long batch = inputs.batchSize();
    if (!inputs.fixedBatch()) {
      return new BatchPlan(samples, inputs.batchSize(), List.of());
    }
    long full = Math.min((asked + batch - 1) / batch, available / batch) * batch;
    boolean fits = request.purpose() == Purpose.CALIBRATION && full > 0;
    return new BatchPlan(fits ? full : samples, inputs.batchSize(), inputs.layouts());
  }

  /** So many samples, {@code together} of them a batch where the model does not fix it. */
  public BatchPlan of(long count, int together) {
    return new BatchPlan(count, filled.isEmpty() ? together : batchSize, filled);
  }

  /** Whether the last batch has fewer samples than the model takes. */
  public boolean hasCopies() {
    return !filled.isEmpty() && samples % batchSize != 0;
  }

  /** What a reader must know of the last batch; empty where it is as any other. */
  public String note() {
    return !hasCopies()
        ? ""
        : String.format(
            Locale.ROOT,
            ", the last batch of %d is filled up with copies of its last sample",
            batchSize);
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
        return filled(batch);
      }
    };
  }

  /** The batch, filled up where the model takes full ones only. */
  Batch filled(Batch batch) {
    return filled.isEmpty() ? batch : BatchFill.fill(batch, batchSize, filled);
  }
}
