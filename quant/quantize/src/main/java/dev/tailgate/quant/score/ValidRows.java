package dev.tailgate.quant.score;

import dev.tailgate.data.Batch;
import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.Optional;

/** Cuts outputs into samples, without the positions that are padding. */
final class ValidRows {
  private final Optional<Tensor> mask;
  private final int samples;

  ValidRows(Batch batch) {
    this.mask = batch.mask();
    this.samples = batch.samples();
  }

  /** Whether the first axis of {@code output} counts the samples of the batch. */
  boolean isPerSample(Tensor output) {
    return output.rank() > 0 && output.dim(0) == samples;
  }

  /**
   * The elements of sample {@code s}: all of them, or only those of valid positions where {@code
   * output} is {@code [B, T, ...]} and the mask {@code [B, T]}.
   */
  float[] sample(Tensor output, float[] values, int s) {
    int size = values.length / samples;
    if (mask.isEmpty() || output.rank() < 2 || output.dim(1) != mask.get().dim(1)) {
      return Arrays.copyOfRange(values, s * size, (s + 1) * size);
    }
    int length = (int) output.dim(1);
    int width = size / length;
    Elements.Reader valid = Elements.reader(mask.get());
    float[] kept = new float[size];
    int count = 0;
    for (int t = 0; t < length; t++) {
      if (valid.get(s * length + t) != 0) {
        System.arraycopy(values, s * size + t * width, kept, count, width);
        count += width;
      }
    }
    return Arrays.copyOf(kept, count);
  }
}
