package dev.tailgate.data.numpy;

import dev.tailgate.engine.input.InputLayout;
import dev.tailgate.engine.input.InputRole;
import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.engine.tensor.Tensor;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * An array in a NumPy file, read row after row: rows are indices of the first axis. Only the rows
 * asked for are in memory.
 *
 * @param name name in the archive, or the file's own
 * @param where the place for messages
 * @param opener opens the bytes of the array, header first
 */
record NumpyArray(String name, NpyHeader header, String where, Opener opener) {
  private static final int CHUNK = 1 << 16;

  /** Opens the bytes from the beginning. */
  @FunctionalInterface
  interface Opener {
    InputStream open() throws IOException;
  }

  /** Reads the header; {@code size} is the number of bytes there are, or -1 where unknown. */
  static NumpyArray of(String name, String where, long size, Opener opener) {
    try (InputStream in = new BufferedInputStream(opener.open())) {
      NpyHeader header = NpyHeader.read(in, where);
      long needed = header.headerBytes() + header.dataBytes();
      if (size >= 0 && size != needed) {
        throw sizeDiffers(header, needed, size, where);
      }
      return new NumpyArray(name, header, where, opener);
    } catch (IOException e) {
      throw unreadable(where, e);
    }
  }

  List<Long> shape() {
    return header.shape();
  }

  int rank() {
    return header.shape().size();
  }

  /** Size of the first axis; 0 for a scalar, which has no samples. */
  long rows() {
    return rank() == 0 ? 0 : header.shape().get(0);
  }

  /** All elements; a scalar has one. */
  Tensor whole() {
    long[] shape = header.shape().stream().mapToLong(Long::longValue).toArray();
    Tensor read = new Rows(rows()).read(shape, rows());
    return header.byColumns() ? byRows(read) : read;
  }

  /** The elements of an array in Fortran order, in C order. */
  private static Tensor byRows(Tensor read) {
    long[] shape = read.shape();
    int rank = shape.length;
    long[] strides = new long[rank];
    long stride = 1;
    for (int axis = 0; axis < rank; axis++) {
      strides[axis] = stride;
      stride *= shape[axis];
    }
    Tensor sorted = Tensor.allocate(read.type(), shape);
    int width = read.type().bits() / 8;
    byte[] element = new byte[width];
    for (int at = 0; at < read.elementCount(); at++) {
      long from = 0;
      long left = at;
      for (int axis = rank - 1; axis >= 0; axis--) {
        from += left % shape[axis] * strides[axis];
        left /= shape[axis];
      }
      read.data().get(Math.toIntExact(from * width), element);
      sorted.data().put(at * width, element);
    }
    return sorted;
  }

  /** Refuses an array whose rows do not lie together. */
  NumpyArray requireRows() {
    if (header.byColumns()) {
      throw DataException.doing("reading an array")
          .expected("C order")
          .found("Fortran order")
          .where(where)
          .fix("Save numpy.ascontiguousarray of it.");
    }
    return this;
  }

  /** Starts at the first row, to read {@code rows} rows in all. */
  Rows open(long rows) {
    return new Rows(rows);
  }

  /**
   * The rows in order. The file stays open until all rows have been read; a reader that is dropped
   * earlier is closed when it is collected.
   */
  final class Rows {
    private final InputStream in;
    private long left;

    private Rows(long rows) {
      this.left = rows;
      try {
        this.in = new BufferedInputStream(opener.open(), CHUNK);
        NpyHeader.read(in, where);
      } catch (IOException e) {
        throw unreadable(where, e);
      }
    }

    /** Passes over {@code count} rows. */
    void skip(long count) {
      if (count == 0 || rows() == 0) {
        return;
      }
      try {
        in.skipNBytes(Math.multiplyExact(header.dataBytes() / rows(), count));
      } catch (EOFException e) {
        throw sizeDiffers(header, header.dataBytes(), -1, where);
      } catch (IOException e) {
        throw unreadable(where, e);
      }
    }

    /** The next {@code count} rows, in the element type of the file. */
    Tensor next(int count) {
      long[] shape = header.shape().stream().mapToLong(Long::longValue).toArray();
      shape[0] = count;
      return read(shape, count);
    }

    private Tensor read(long[] shape, long count) {
      requireReasonable(shape);
      Tensor tensor = Tensor.allocate(header.type(), shape);
      ByteBuffer out = tensor.data();
      byte[] chunk = new byte[CHUNK];
      try {
        while (out.hasRemaining()) {
          int read = in.readNBytes(chunk, 0, Math.min(chunk.length, out.remaining()));
          if (read == 0) {
            throw sizeDiffers(header, header.dataBytes(), -1, where);
          }
          out.put(chunk, 0, read);
        }
        left -= count;
        if (left <= 0) {
          in.close();
        }
      } catch (IOException e) {
        throw unreadable(where, e);
      }
      toNativeOrder(tensor);
      return tensor;
    }

    private void toNativeOrder(Tensor tensor) {
      if (header.order() == ByteOrder.nativeOrder() || header.type().bits() == 8) {
        return;
      }
      ByteBuffer data = tensor.data();
      int width = header.type().bits() / 8;
      for (int at = 0; at < data.limit(); at += width) {
        switch (width) {
          case 2 -> data.putShort(at, Short.reverseBytes(data.getShort(at)));
          case 4 -> data.putInt(at, Integer.reverseBytes(data.getInt(at)));
          default -> data.putLong(at, Long.reverseBytes(data.getLong(at)));
        }
      }
    }

    private void requireReasonable(long[] shape) {
      new InputLayout(name, header.type(), new InputRole.Noise(), shape, 0).requireReasonable();
    }
  }

  private static DataException sizeDiffers(NpyHeader header, long needed, long size, String where) {
    return DataException.doing("reading an array")
        .expected(needed + " bytes for " + header.type().label() + header.shape())
        .found(size < 0 ? "the end of the file" : size + " bytes")
        .where(where)
        .fix("The file is damaged; save or download it again.");
  }

  private static DataException unreadable(String where, IOException cause) {
    return DataException.doing("reading an array")
        .expected("a readable NumPy file")
        .found(String.valueOf(cause.getMessage()))
        .where(where)
        .fix("Check the path and its permissions, or save the file again.", cause);
  }
}
