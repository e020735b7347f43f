package dev.tailgate.run.cure;

import dev.tailgate.data.Amount;
import dev.tailgate.data.DataSource;
import dev.tailgate.data.DataSpec;
import dev.tailgate.data.Shard;
import dev.tailgate.data.open.Samples;
import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.onnx.ir.OnnxModel;
import java.util.Optional;

/**
 * The data in parts that share no sample: what the model is trained on, and what the proof is from,
 * two tenths of it where no data is given for the proof. Ranges are found on samples of training,
 * never on those of the proof.
 *
 * @param training all samples that training may see
 * @param heldOut what the stages are measured on, calibrated on samples of training
 * @param heldOutSource the same, opened
 */
record CureParts(
    Samples training, DataSource trainingSource, Samples heldOut, DataSource heldOutSource) {
  private static final int TENTHS = 10;
  private static final int FEWEST = 8;

  /** Samples that sinks are fitted on: with their queries and heads a thousand numbers each. */
  private static final int FITTED = 128;

  /** No sample is left out but by the division. */
  private static final Amount EVERYTHING = Amount.of(Integer.MAX_VALUE);

  /**
   * Divides the data.
   *
   * @param asked the data of training with its amount of held-out samples
   * @param proof data for the proof alone
   * @throws DataException where there is no data, or too little in a part
   */
  static CureParts of(OnnxModel model, Samples asked, Optional<DataSpec> proof) {
    if (asked.request().data().isEmpty()) {
      throw DataException.doing("choosing samples to train on")
          .expected("--data")
          .found("none")
          .fix("A cure imitates the model on real inputs: give data of its kind, labelled or not.");
    }
    DataSource whole = asked.open(model);
    Samples typed = asked.as(whole.task());
    boolean knowsParts = whole.hasCalibrationPart();
    Samples all = typed.with(EVERYTHING);
    Samples source = knowsParts ? all.forFitting() : all;
    boolean divides = proof.isEmpty() && !knowsParts;
    Samples training = divides ? source.parts(0, TENTHS - 2, TENTHS) : source;
    Samples heldOut = heldOut(typed, proof, training.request().shard(), knowsParts);
    return new CureParts(
        training,
        opened(model, training, "training"),
        heldOut,
        opened(model, heldOut, "the proof"));
  }

  /** Calibrated on samples of training, unless data for that is named. */
  private static Samples heldOut(
      Samples typed, Optional<DataSpec> proof, Shard trained, boolean knowsParts) {
    Samples samples;
    if (proof.isPresent()) {
      samples = typed.withData(proof.get());
    } else {
      samples = knowsParts ? typed : typed.parts(TENTHS - 2, 2, TENTHS);
    }
    return typed.calibrationData().isPresent()
        ? samples.calibratedOn(Shard.WHOLE)
        : samples.withCalibrationData(typed.request().data().orElseThrow()).calibratedOn(trained);
  }

  /** Some samples of training, to fit where it starts on. */
  DataSource fitting(OnnxModel model) {
    return training.with(Amount.of(FITTED)).open(model);
  }

  private static DataSource opened(OnnxModel model, Samples samples, String purpose) {
    DataSource source = samples.open(model);
    if (source.count() < FEWEST) {
      throw DataException.doing("dividing the data into parts for training and proof")
          .expected("at least " + FEWEST + " samples for " + purpose)
          .found(source.count() + " of them in " + source.description())
          .fix("Give more data, or data for the proof apart with --held-out.");
    }
    return source;
  }
}
