package dev.tailgate.run.train;

import dev.tailgate.data.Amount;
import dev.tailgate.data.DataSource;
import dev.tailgate.data.DataSpec;
import dev.tailgate.data.open.Samples;
import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.onnx.ir.OnnxModel;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * The data in parts that share no sample: what is trained on, and what is scored. Other data for
 * the scores, or the part that a format keeps for evaluation, is the second one; without, every
 * tenth sample is.
 */
record TrainParts(DataSource training, DataSource heldOut) {
  private static final int TENTH = 10;
  private static final int FEWEST = 8;

  /**
   * Divides the data.
   *
   * @param asked the data of training, with the amount of it
   * @param other data for the scores alone
   */
  static TrainParts of(OnnxModel model, Samples asked, Optional<DataSpec> other) {
    if (asked.request().data().isEmpty()) {
      throw DataException.doing("choosing samples to train on")
          .expected("--data")
          .found("none")
          .fix("A model learns from real samples only: give data.");
    }
    DataSource whole = asked.open(model);
    Samples typed = asked.as(whole.task());
    if (other.isPresent()) {
      DataSource heldOut = typed.withData(other.get()).with(Amount.Budget.SMALL).open(model);
      return required(new TrainParts(whole, heldOut));
    }
    if (whole.hasCalibrationPart()) {
      return required(
          new TrainParts(
              typed.openCalibration(model), typed.with(Amount.Budget.SMALL).open(model)));
    }
    int group = whole.task().group();
    int rows = asked.batchSize();
    long[] scored = places(whole, group, true);
    if (scored.length < FEWEST * group) {
      throw few("every tenth sample to be " + FEWEST + " or more", scored.length / group, whole);
    }
    return required(
        new TrainParts(whole.at(places(whole, group, false), rows), whole.at(scored, rows)));
  }

  /** Every tenth sample, or the others; rows of a sample stay together. */
  private static long[] places(DataSource whole, int group, boolean tenth) {
    return LongStream.range(0, whole.samples())
        .filter(row -> (row / group % TENTH == TENTH - 1) == tenth)
        .toArray();
  }

  private static TrainParts required(TrainParts parts) {
    if (parts.heldOut.count() < FEWEST) {
      throw few("at least " + FEWEST + " samples to score", parts.heldOut.count(), parts.heldOut);
    }
    return parts;
  }

  private static DataException few(String expected, long found, DataSource data) {
    return DataException.doing("dividing the data into samples to train on and to score")
        .expected(expected)
        .found(found + " of them")
        .where(data.description())
        .fix("Give more data, or data for the scores apart with --held-out.");
  }
}
