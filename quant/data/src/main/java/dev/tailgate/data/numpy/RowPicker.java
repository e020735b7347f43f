package dev.tailgate.data.numpy;

import dev.tailgate.engine.tensor.Tensor;
import java.nio.ByteBuffer;

/** Reads chosen rows of an array, ascending, and passes over those between them. */
final class RowPicker implements RowReader {
  private final NumpyArray.Rows rows;
  private final long[] order;
  private long at;

  /** Starts before the first row. */
  RowPicker(NumpyArray array, long[] order) {
    this.rows = array.open(order.length);
    this.order = order;
  }

  @Override
  public Tensor next(int first, int count) {
    int run = run(first, count);
    Tensor head = read(first, run);
    if (run == count) {
      return head;
    }
    long[] shape = head.shape();
    shape[0] = count;
    Tensor all = Tensor.allocate(head.type(), shape);
    ByteBuffer bytes = all.data();
    bytes.put(head.data());
    for (int done = run; done < count; done += run) {
      run = run(first + done, count - done);
      bytes.put(read(first + done, run).data());
    }
    return all;
  }

  private Tensor read(int first, int run) {
    rows.skip(order[first] - at);
    at = order[first] + run;
    return rows.next(run);
  }

  /** How many of the rows follow each other directly. */
  private int run(int first, int most) {
    int length = 1;
    while (length < most && order[first + length] == order[first] + length) {
      length++;
    }
    return length;
  }
}
