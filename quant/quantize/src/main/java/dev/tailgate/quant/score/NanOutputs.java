package dev.tailgate.quant.score;

import dev.tailgate.data.Batch;
import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Counts NaN among real-valued outputs, output by output, and remembers the first sample that has
 * one. Padding and copies do not count; infinities may be meant, as in masked logits.
 */
public final class NanOutputs {

  /**
   * What was found in one output.
   *
   * @param count of NaN
   * @param firstSample index of the first sample with one
   */
  public record Found(String output, long count, long firstSample) {}

  private final Map<String, Found> found = new LinkedHashMap<>();

  /** Adds a batch. */
  public void accept(Batch batch, Map<String, Tensor> outputs) {
    ValidRows valid = new ValidRows(batch);
    outputs.forEach(
        (name, all) -> {
          if (all.type().isFloat()) {
            Tensor tensor = batch.withoutCopies(all);
            float[] values = Elements.toFloats(tensor);
            // Most outputs have none; only then is it worth to look sample by sample.
            if (count(values) > 0) {
              accept(name, batch, tensor, values, valid);
            }
          }
        });
  }

  private void accept(String name, Batch batch, Tensor tensor, float[] values, ValidRows valid) {
    if (!valid.isPerSample(tensor)) {
      add(name, count(values), batch.firstPlace());
      return;
    }
    for (int s = 0; s < batch.samples(); s++) {
      add(name, count(valid.sample(tensor, values, s)), batch.place(s));
    }
  }

  private void add(String name, long count, long sample) {
    if (count > 0) {
      Found before = found.getOrDefault(name, new Found(name, 0, sample));
      found.put(
          name, new Found(name, before.count() + count, Math.min(before.firstSample(), sample)));
    }
  }

  private static long count(float[] values) {
    long count = 0;
    for (float x : values) {
      count += Float.isNaN(x) ? 1 : 0;
    }
    return count;
  }

  /** The outputs that hold NaN. */
  public List<Found> found() {
    return new ArrayList<>(found.values());
  }
}
