package dev.tailgate.data.numpy;

import dev.tailgate.engine.input.InputLayout;
import dev.tailgate.engine.input.InputRole;
import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import java.util.Locale;

/**
 * Refuses NaN and infinity among real-valued data: every number that follows would be worthless.
 */
final class FiniteCheck {

  private FiniteCheck() {}

  /**
   * Looks at the rows of an array.
   *
   * @param order index in the array of each row; minus infinity in masks is as it should be
   */
  static void refuse(InputLayout layout, Tensor rows, NumpyArray array, long[] order, int first) {
    if (!rows.type().isFloat() || layout.role() instanceof InputRole.Mask) {
      return;
    }
    Elements.Reader reader = Elements.reader(rows);
    int count = rows.elementCount();
    int perRow = count / Math.max(1, Math.toIntExact(rows.dim(0)));
    for (int i = 0; i < count; i++) {
      double value = reader.get(i);
      if (!Double.isFinite(value)) {
        throw DataException.doing("reading array " + array.name())
            .expected("finite numbers")
            .found(Double.toString(value))
            .where(
                String.format(
                    Locale.ROOT, "%s, row %d", array.where(), order[first + i / perRow] + 1))
            .fix("Remove or repair that row; rows are counted from 1.");
      }
    }
  }
}
