package dev.tailgate.quant.score;

import dev.tailgate.data.Batch;
import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Finds predictions and labels of a batch, and refuses those that do not belong together. */
final class Predictions {
  private Predictions() {}

  /** The output called {@code name}, for the samples of the batch. */
  static Tensor output(String name, Batch batch, Map<String, Tensor> outputs) {
    Tensor tensor = outputs.get(name);
    if (tensor == null) {
      throw DataException.doing("scoring predictions")
          .expected("an output named " + name)
          .found("outputs " + outputs.keySet())
          .fix("Name an output of the model.");
    }
    return batch.withoutCopies(tensor);
  }

  /** The labels, which the data must have. */
  static Tensor labels(Batch batch) {
    return batch
        .labels()
        .orElseThrow(
            () ->
                DataException.doing("scoring predictions")
                    .expected("labels")
                    .found("none")
                    .where("sample " + batch.firstPlace())
                    .fix("Add labels to the data, or ask for --task agreement."));
  }

  /** The labels as int64 values, row-major, of {@code rank} axes, one fewer than the logits. */
  static long[] labels(Batch batch, Tensor logits, int rank) {
    Tensor labels = labels(batch);
    boolean fits = labels.rank() == rank && logits.rank() == rank + 1;
    for (int axis = 0; fits && axis < rank; axis++) {
      fits = labels.dim(axis) == logits.dim(axis);
    }
    if (!fits) {
      throw DataException.doing("scoring predictions")
          .expected("predictions " + labels + " with one more axis for the classes")
          .found(logits.toString())
          .where("sample " + batch.firstPlace())
          .fix("Check that the labels belong to the model, or ask for --task agreement.");
    }
    return integers(labels);
  }

  /** All elements as int64. */
  static long[] integers(Tensor labels) {
    long[] values = new long[labels.elementCount()];
    Elements.Reader reader = Elements.reader(labels);
    for (int i = 0; i < values.length; i++) {
      values[i] = (long) reader.get(i);
    }
    return values;
  }

  /** Refuses a label of sample {@code s} of the batch that is no class. */
  static int requireClass(long label, int classes, Batch batch, int s) {
    if (label < 0 || label >= classes) {
      throw DataException.doing("scoring predictions")
          .expected("labels in [0, " + classes + "), as the model has " + classes + " classes")
          .found("label " + label)
          .where("sample " + batch.place(s))
          .fix("Check that the labels belong to the model.");
    }
    return (int) label;
  }

  /** Index of the largest of {@code width} values, the first among equals; -1 with a NaN. */
  static int largest(float[] values, int from, int width) {
    int best = from;
    for (int i = from; i < from + width; i++) {
      if (Float.isNaN(values[i])) {
        return -1;
      }
      best = values[i] > values[best] ? i : best;
    }
    return best - from;
  }

  /** The axes that are longer than 1. */
  static List<Long> withoutOnes(Tensor tensor) {
    return Arrays.stream(tensor.shape()).filter(d -> d != 1).boxed().toList();
  }
}
