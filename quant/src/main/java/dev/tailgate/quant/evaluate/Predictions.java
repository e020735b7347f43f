package dev.tailgate.quant.evaluate;

import dev.tailgate.quant.data.Batch;
import dev.tailgate.quant.tensor.DataException;
import dev.tailgate.quant.tensor.Elements;
import dev.tailgate.quant.tensor.Tensor;
import java.util.Map;

/** Finds predictions and labels of a batch, and refuses those that do not belong together. */
final class Predictions {
  private Predictions() {}

  /** The output called {@code name}. */
  static Tensor output(String name, Map<String, Tensor> outputs) {
    Tensor tensor = outputs.get(name);
    if (tensor == null) {
      throw DataException.doing("scoring predictions")
          .expected("an output named " + name)
          .found("outputs " + outputs.keySet())
          .fix("Name an output of the model.");
    }
    return tensor;
  }

  /** The labels as int64 values, row-major. */
  static long[] labels(Batch batch, Tensor logits, int rank) {
    Tensor labels =
        batch
            .labels()
            .orElseThrow(
                () ->
                    DataException.doing("scoring predictions")
                        .expected("labels")
                        .found("none")
                        .where("sample " + batch.firstSample())
                        .fix("Add labels to the data, or compare by agreement."));
    boolean fits = labels.rank() == rank && logits.rank() == rank + 1;
    for (int axis = 0; fits && axis < rank; axis++) {
      fits = labels.dim(axis) == logits.dim(axis);
    }
    if (!fits) {
      throw DataException.doing("scoring predictions")
          .expected("predictions " + labels + " with one more axis for the classes")
          .found(logits.toString())
          .where("sample " + batch.firstSample())
          .fix("Check that the labels belong to the model, or ask for agreement instead.");
    }
    long[] values = new long[labels.elementCount()];
    Elements.Reader reader = Elements.reader(labels);
    for (int i = 0; i < values.length; i++) {
      values[i] = (long) reader.get(i);
    }
    return values;
  }

  /** Refuses a label that is no class. */
  static int requireClass(long label, int classes, Batch batch) {
    if (label < 0 || label >= classes) {
      throw DataException.doing("scoring predictions")
          .expected("labels in [0, " + classes + ")")
          .found(Long.toString(label))
          .where("batch of sample " + batch.firstSample())
          .fix("Check that the labels belong to the model.");
    }
    return (int) label;
  }
}
