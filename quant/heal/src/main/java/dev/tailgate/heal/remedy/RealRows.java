package dev.tailgate.heal.remedy;

import dev.tailgate.data.Batch;
import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A bounded choice of the rows of an activation {@code [..., D]}. */
public final class RealRows {
  private RealRows() {}

  /**
   * Rows at equal distances, so that all positions of a sequence have their turn; those of padding
   * and those that are not finite are left out.
   *
   * @param width {@code D}; an activation of another width has no rows
   * @param wanted about how many
   */
  public static List<float[]> of(Tensor tensor, Batch batch, int width, int wanted) {
    int count = tensor.elementCount() / width;
    if (count == 0 || tensor.dim(-1) != width) {
      return List.of();
    }
    float[] values = Elements.toFloats(tensor);
    long[] real =
        batch
            .mask()
            .filter(m -> m.elementCount() == count)
            .map(Tensor::toLongs)
            .orElse(new long[0]);
    double step = Math.max(1, (double) count / Math.max(1, wanted));
    List<float[]> rows = new ArrayList<>();
    for (double at = 0; at < count; at += step) {
      int row = (int) at;
      float[] one = Arrays.copyOfRange(values, row * width, (row + 1) * width);
      if ((real.length == 0 || real[row] != 0) && isFinite(one)) {
        rows.add(one);
      }
    }
    return rows;
  }

  private static boolean isFinite(float[] row) {
    float sum = 0;
    for (float value : row) {
      sum += value * 0;
    }
    return sum == 0;
  }
}
