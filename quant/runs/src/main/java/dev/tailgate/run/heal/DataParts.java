package dev.tailgate.run.heal;

import dev.tailgate.data.DataSource;
import dev.tailgate.data.open.Samples;
import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.onnx.ir.OnnxModel;

/**
 * The data in parts that share no sample: what remedies are fitted on, what they are chosen by, and
 * what the final numbers are from. Data for calibration, or a part that a format keeps for it, is
 * the first one; without, a third of the data is.
 */
record DataParts(
    Samples calibration,
    String calibrationWords,
    DataSource selection,
    Samples selectionSamples,
    DataSource heldOut,
    Samples heldOutSamples,
    String description) {
  private static final int FEWEST = 8;

  static DataParts of(OnnxModel model, Samples asked) {
    if (asked.request().data().isEmpty()) {
      throw DataException.doing("choosing samples to judge remedies on")
          .expected("--data")
          .found("none")
          .fix("Remedies are kept for what they do on real samples: give the model's own data.");
    }
    DataSource whole = asked.open(model);
    boolean apart = asked.calibrationData().isPresent() || whole.hasCalibrationPart();
    int parts = apart ? 2 : 3;
    Samples typed = asked.as(whole.task());
    Samples samples = apart ? typed : typed.calibratedOnPart(0, parts);
    DataSource selection = open(model, samples.part(parts - 2, parts));
    DataSource heldOut = open(model, samples.part(parts - 1, parts));
    return new DataParts(
        samples,
        samples
            .calibrationData()
            .map(Object::toString)
            .orElse(apart ? "the part the format keeps for it" : "a third of the data"),
        selection,
        samples.part(parts - 2, parts),
        heldOut,
        samples.part(parts - 1, parts),
        whole.description());
  }

  private static DataSource open(OnnxModel model, Samples samples) {
    DataSource source = samples.open(model);
    if (source.count() < FEWEST) {
      throw DataException.doing("dividing the data into parts that share no sample")
          .expected(
              "at least " + FEWEST + " samples in each, to choose by one and to judge by another")
          .found(source.count() + " in one of them")
          .fix("Give more data, or --calibration-data so that --data is divided by two only.");
    }
    return source;
  }
}
