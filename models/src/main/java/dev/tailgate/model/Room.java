package dev.tailgate.model;

import dev.tailgate.onnx.ir.ModelException;
import java.util.Arrays;

/** The memory that weights of one model may take, counted before each is made. */
final class Room {
  private static final int LARGEST = Integer.MAX_VALUE / Float.BYTES;

  /** While a weight is made it is there as numbers, as bytes, and as what keeps the bytes. */
  private static final int COPIES = 3;

  private final long bytes;
  private long taken;

  private Room(long bytes) {
    this.bytes = bytes;
  }

  /** What Java may take. */
  static Room ofHeap() {
    return of(Runtime.getRuntime().maxMemory());
  }

  static Room of(long bytes) {
    return new Room(bytes);
  }

  /**
   * Takes the room of a float32 weight.
   *
   * @return how many elements it has
   * @throws ModelException where a size is below 1, or where it is too large for an array or the
   *     memory that is left
   */
  int take(String weight, long... dims) {
    long count = 1;
    for (long dim : dims) {
      if (dim < 1 || dim > LARGEST / count) {
        throw ModelException.doing("building a model")
            .expected("weights of 1 to " + LARGEST + " elements")
            .found(Arrays.toString(dims))
            .where(weight)
            .fix("Choose other sizes.");
      }
      count *= dim;
    }
    if (count * Float.BYTES * COPIES > bytes - taken) {
      throw ModelException.doing("building a model")
          .expected("weights that the memory of Java holds, " + mebibytes(bytes))
          .found(
              mebibytes(count * Float.BYTES * COPIES) + " to make one, besides " + mebibytes(taken))
          .where(weight)
          .fix("Choose smaller sizes, or give Java more: TAILGATE_JAVA_OPTS=-Xmx8g.");
    }
    taken += count * Float.BYTES;
    return (int) count;
  }

  private static String mebibytes(long bytes) {
    return (bytes >> 20) + " MiB";
  }
}
