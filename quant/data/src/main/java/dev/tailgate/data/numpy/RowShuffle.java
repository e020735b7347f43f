package dev.tailgate.data.numpy;

import dev.tailgate.data.SampleOrder;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.ElementType;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Rows of an archive in an order drawn for one epoch of training. An archive is read from front to
 * back, so that rows are drawn among those of a window, which is held: all rows where they are few.
 *
 * @param window rows of a window, a multiple of those of a batch
 */
record RowShuffle(int window) {
  private static final long WINDOW_BYTES = 64L << 20;

  /**
   * Windows of some megabytes.
   *
   * @param rowBytes of all arrays together
   * @param batch rows of a batch
   */
  static RowShuffle of(long rowBytes, int batch) {
    long rows = WINDOW_BYTES / Math.max(1, rowBytes) / batch * batch;
    return new RowShuffle(
        Math.toIntExact(Math.min(1 << 30, Math.max(batch, rows)) / batch * batch));
  }

  /** {@code places}, which ascend, with those of each window drawn by seed. */
  long[] draw(long[] places, int group, long seed) {
    long[] drawn = new long[places.length];
    for (int from = 0; from < places.length; from += window) {
      long[] part = Arrays.copyOfRange(places, from, Math.min(places.length, from + window));
      long[] order = SampleOrder.drawn(part, group, seed + from);
      System.arraycopy(order, 0, drawn, from, order.length);
      // Rows of a group that is cut off stay where they are.
      System.arraycopy(part, order.length, drawn, from + order.length, part.length - order.length);
    }
    return drawn;
  }

  /** Reads the rows of {@code order}, which was drawn so. */
  RowReader reader(NumpyArray array, long[] order) {
    long[] ascending = order.clone();
    for (int from = 0; from < order.length; from += window) {
      Arrays.sort(ascending, from, Math.min(order.length, from + window));
    }
    return new Windows(new RowPicker(array, ascending), ascending, order, window);
  }

  /** Holds one window. */
  private static final class Windows implements RowReader {
    private final RowPicker rows;
    private final long[] ascending;
    private final long[] order;
    private final int window;
    private int start;
    private Tensor held;

    Windows(RowPicker rows, long[] ascending, long[] order, int window) {
      this.rows = rows;
      this.ascending = ascending;
      this.order = order;
      this.window = window;
      this.start = -window;
      this.held = Tensor.allocate(ElementType.FLOAT, 0);
    }

    private int size(int from) {
      return Math.min(window, order.length - from);
    }

    @Override
    public Tensor next(int first, int count) {
      while (first >= start + window) {
        start += window;
        held = rows.next(start, size(start));
      }
      long[] shape = held.shape();
      int bytes = held.data().remaining() / Math.max(1, Math.toIntExact(shape[0]));
      shape[0] = count;
      Tensor some = Tensor.allocate(held.type(), shape);
      ByteBuffer target = some.data();
      for (int i = first; i < first + count; i++) {
        int at = Arrays.binarySearch(ascending, start, start + size(start), order[i]) - start;
        target.put(held.data().slice(at * bytes, bytes));
      }
      return some;
    }
  }
}
