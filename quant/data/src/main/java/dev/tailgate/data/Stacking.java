package dev.tailgate.data;

import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/** Puts tensors of single samples on top of each other. */
public final class Stacking {
  private Stacking() {}

  /** {@code [B, ...]} of B tensors of one type and one shape. */
  public static Tensor stack(List<Tensor> rows) {
    return stack(rows, 0, 0);
  }

  /**
   * {@code [B, ...]} of B tensors of one type and shape.
   *
   * @param length what the first axis of each is filled up to; 0 leaves the shapes alone
   * @param padding the value that fills
   * @throws IllegalArgumentException where shapes still differ
   */
  static Tensor stack(List<Tensor> rows, int length, double padding) {
    long[] shape = rows.get(0).shape();
    if (length > 0 && shape.length > 0) {
      shape[0] = Math.max(length, shape[0]);
    }
    long[] stacked = new long[shape.length + 1];
    stacked[0] = rows.size();
    System.arraycopy(shape, 0, stacked, 1, shape.length);
    Tensor tensor = Tensor.allocate(rows.get(0).type(), stacked);
    ByteBuffer bytes = tensor.data();
    Elements.Writer writer = Elements.writer(tensor);
    int perRow = rows.isEmpty() ? 0 : tensor.elementCount() / rows.size();
    for (int r = 0; r < rows.size(); r++) {
      Tensor row = rows.get(r);
      requireAlike(row, shape, rows.get(0));
      bytes.position(r * perRow * (row.type().bits() / 8));
      bytes.put(row.data());
      for (int i = row.elementCount(); i < perRow; i++) {
        writer.put(r * perRow + i, padding);
      }
    }
    return tensor;
  }

  private static void requireAlike(Tensor row, long[] shape, Tensor first) {
    boolean fits = row.type() == first.type() && row.rank() == shape.length;
    for (int axis = 0; fits && axis < shape.length; axis++) {
      fits = row.dim(axis) == shape[axis] || (axis == 0 && row.dim(0) < shape[0]);
    }
    if (!fits) {
      throw new IllegalArgumentException(
          "Stacking " + row + ": expected " + first.type().label() + Arrays.toString(shape));
    }
  }
}
