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
   * The elements of sample {@code s}: all of them, or only those of valid positions where the mask
   * is {@code [B, T]} and {@code output} {@code [B, T, ...]}, or {@code [B, H, T, ...]} as keys and
   * values are.
   */
  float[] sample(Tensor output, float[] values, int s) {
    int size = values.length / samples;
    int axis = mask.map(m -> tokenAxis(output, m.dim(1))).orElse(-1);
    if (axis < 0) {
      return Arrays.copyOfRange(values, s * size, (s + 1) * size);
    }
    int length = (int) output.dim(axis);
    int outer = axis == 2 ? (int) output.dim(1) : 1;
    int width = size / (length * outer);
    Elements.Reader valid = Elements.reader(mask.orElseThrow());
    float[] kept = new float[size];
    int count = 0;
    for (int i = 0; i < outer * length; i++) {
      if (valid.get(s * length + i % length) != 0) {
        System.arraycopy(values, s * size + i * width, kept, count, width);
        count += width;
      }
    }
    return Arrays.copyOf(kept, count);
  }

  private static int tokenAxis(Tensor output, long length) {
    for (int axis = 1; axis < Math.min(3, output.rank()); axis++) {
      if (output.dim(axis) == length && length > 0) {
        return axis;
      }
    }
    return -1;
  }
}
