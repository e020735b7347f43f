package dev.tailgate.data;

import dev.tailgate.engine.input.InputLayout;
import dev.tailgate.engine.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Fills a short batch up to the size that the model fixes. */
final class BatchFill {

  private BatchFill() {}

  /**
   * The batch with copies of its last sample behind it, {@code rows} in all. Labels stay as they
   * are; the mask is 0 for copies.
   */
  static Batch fill(Batch batch, int rows, List<InputLayout> layouts) {
    if (batch.samples() >= rows) {
      return batch;
    }
    Map<String, Tensor> filled = new LinkedHashMap<>(batch.inputs());
    for (InputLayout layout : layouts) {
      Tensor tensor = filled.get(layout.name());
      if (tensor != null && layout.batchAxis() >= 0) {
        filled.put(layout.name(), repeatLast(tensor, layout.batchAxis(), rows));
      }
    }
    Optional<Tensor> mask = batch.mask().map(m -> withZeros(m, rows));
    return new Batch(batch.places(), rows, filled, batch.labels(), mask);
  }

  /** The last entry of {@code axis} again and again, until there are {@code size}. */
  private static Tensor repeatLast(Tensor tensor, int axis, int size) {
    long[] shape = tensor.shape();
    int entries = Math.toIntExact(shape[axis]);
    if (entries == 0 || entries >= size || tensor.elementCount() == 0) {
      shape[axis] = Math.max(entries, size);
      return tensor.elementCount() == 0 ? Tensor.allocate(tensor.type(), shape) : tensor;
    }
    int inner = tensor.type().bits() / 8;
    for (int i = axis + 1; i < shape.length; i++) {
      inner *= Math.toIntExact(shape[i]);
    }
    int outer = tensor.elementCount() * (tensor.type().bits() / 8) / inner / entries;
    shape[axis] = size;
    Tensor repeated = Tensor.allocate(tensor.type(), shape);
    ByteBuffer from = tensor.data();
    ByteBuffer to = repeated.data();
    for (int o = 0; o < outer; o++) {
      to.put(from.slice(o * entries * inner, entries * inner));
      ByteBuffer last = from.slice((o * entries + entries - 1) * inner, inner);
      for (int i = entries; i < size; i++) {
        to.put(last.duplicate());
      }
    }
    return repeated;
  }

  private static Tensor withZeros(Tensor mask, int rows) {
    long[] shape = mask.shape();
    shape[0] = rows;
    Tensor longer = Tensor.allocate(mask.type(), shape);
    longer.data().put(mask.data());
    return longer;
  }

  /** The first {@code rows} entries of axis 0, a view. */
  static Tensor firstRows(Tensor tensor, int rows) {
    long[] shape = tensor.shape();
    int bytes = tensor.data().remaining();
    int perRow = shape[0] == 0 ? 0 : bytes / Math.toIntExact(shape[0]);
    shape[0] = rows;
    return new Tensor(tensor.type(), shape, tensor.data().slice(0, perRow * rows));
  }
}
