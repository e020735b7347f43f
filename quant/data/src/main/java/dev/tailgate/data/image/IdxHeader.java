package dev.tailgate.data.image;

import dev.tailgate.engine.tensor.DataException;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

/**
 * Header of an IDX file: two zero bytes, the element type, the number of dimensions, and each
 * dimension as a big-endian 32-bit number. Only unsigned bytes are read, which is what picture sets
 * have.
 *
 * @param dims sizes, outermost first
 */
record IdxHeader(List<Long> dims) {
  private static final int UNSIGNED_BYTE = 0x08;

  IdxHeader {
    dims = List.copyOf(dims);
  }

  /** Reads the header of {@code file} and checks that as many bytes follow as it says. */
  static IdxHeader of(Path file) {
    try (InputStream in = open(file)) {
      IdxHeader header = read(in, file);
      // How much a compressed file holds is only known at its end.
      long bytes = header.bytes() + header.dims().stream().reduce(1L, Math::multiplyExact);
      if (!isCompressed(file) && Files.size(file) != bytes) {
        throw broken(file, bytes + " bytes, as the header says", Files.size(file) + " bytes");
      }
      return header;
    } catch (IOException e) {
      throw broken(file, "a complete IDX file", ReadFailure.inWords(e));
    } catch (ArithmeticException e) {
      throw broken(file, "sizes that a file can have", "dimensions whose product overflows");
    }
  }

  /** The bytes of {@code file}, unpacked. */
  static InputStream open(Path file) throws IOException {
    InputStream raw = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    if (!isCompressed(file)) {
      return raw;
    }
    try {
      return new GZIPInputStream(raw, 1 << 16);
    } catch (IOException e) {
      raw.close();
      throw e;
    }
  }

  static boolean isCompressed(Path file) {
    return file.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".gz");
  }

  private static IdxHeader read(InputStream in, Path file) throws IOException {
    DataInputStream data = new DataInputStream(in);
    int magic = data.readInt();
    int rank = magic & 0xFF;
    if (magic >>> 16 != 0 || (magic >>> 8 & 0xFF) != UNSIGNED_BYTE || rank < 1 || rank > 4) {
      throw broken(
          file,
          "an IDX file of unsigned bytes with 1 to 4 dimensions (0x0000080N)",
          String.format(Locale.ROOT, "0x%08x", magic));
    }
    List<Long> dims = new ArrayList<>();
    for (int i = 0; i < rank; i++) {
      dims.add(Integer.toUnsignedLong(data.readInt()));
    }
    return new IdxHeader(dims);
  }

  /** Length of the header itself. */
  long bytes() {
    return 4 + 4L * dims.size();
  }

  long count() {
    return dims.get(0);
  }

  static DataException broken(Path file, String expected, String found) {
    return DataException.doing("reading " + file.getFileName())
        .expected(expected)
        .found(found)
        .where(file.toString())
        .fix("Get the file anew; it is cut off or of another kind.");
  }
}
