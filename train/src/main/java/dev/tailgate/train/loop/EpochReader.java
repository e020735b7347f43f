package dev.tailgate.train.loop;

import dev.tailgate.data.Batch;
import dev.tailgate.data.DataSource;
import dev.tailgate.engine.tensor.DataException;
import java.util.Iterator;

/**
 * Batches of one epoch after the other, each in an order drawn by the seed and the number of the
 * epoch; from any batch on.
 */
final class EpochReader {
  /** The golden ratio in 64 bits, by which neighbouring numbers become distant seeds. */
  private static final long SPREAD = 0x9E3779B97F4A7C15L;

  private final DataSource data;
  private final int rows;
  private final long seed;
  private long epoch;
  private long inEpoch;
  private Iterator<Batch> batches;

  /** Before batch {@code inEpoch} of {@code epoch}, both counted from 0. */
  EpochReader(DataSource data, int rows, long seed, long epoch, long inEpoch) {
    this.data = data;
    this.rows = rows;
    this.seed = seed;
    this.epoch = epoch;
    this.batches = begin();
    while (this.inEpoch < inEpoch) {
      next();
    }
  }

  private Iterator<Batch> begin() {
    inEpoch = 0;
    return data.epoch(seed + SPREAD * (epoch + 1), rows).batches();
  }

  /**
   * The next batch; epochs do not end.
   *
   * @throws DataException where no epoch has one
   */
  Batch next() {
    boolean isFirst = inEpoch == 0;
    while (batches.hasNext()) {
      Batch batch = batches.next();
      // Copies that fill up a fixed batch would count twice.
      if (batch.rows() == batch.samples()) {
        inEpoch++;
        return batch;
      }
    }
    if (isFirst) {
      throw DataException.doing("cutting samples into batches to train on")
          .expected("samples for a batch of " + rows + " rows")
          .found(data.samples() + " rows")
          .where(data.description())
          .fix("Give more samples, or a smaller --batch-size.");
    }
    epoch++;
    batches = begin();
    return next();
  }

  /** The epoch of the next batch, or of the last where that was its last. */
  long epoch() {
    return epoch;
  }

  /** Batches of it that were given. */
  long inEpoch() {
    return inEpoch;
  }
}
