package dev.tailgate.data.numpy;

import dev.tailgate.engine.tensor.DataException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Lists the arrays of an {@code .npz} archive or an {@code .npy} file. */
final class NumpyFile {
  /** More entries than any data set has; a hostile archive may list millions. */
  private static final int MOST_ARRAYS = 1000;

  private NumpyFile() {}

  /** The arrays, whose rows can be read one by one. */
  static List<NumpyArray> arrays(Path path) {
    return all(path).stream().map(NumpyArray::requireRows).toList();
  }

  /** The arrays with their headers read; elements are not. */
  static List<NumpyArray> all(Path path) {
    requireFile(path);
    return path.toString().toLowerCase(Locale.ROOT).endsWith(".npy")
        ? List.of(single(path))
        : archive(path);
  }

  private static void requireFile(Path path) {
    if (!Files.isRegularFile(path)) {
      throw DataException.doing("reading " + path.getFileName())
          .expected("a file")
          .found(Files.isDirectory(path) ? "a folder" : "nothing")
          .where(path.toString())
          .fix("Check the path.");
    }
  }

  private static NumpyArray single(Path path) {
    String file = path.getFileName().toString();
    String name = file.substring(0, file.length() - ".npy".length());
    try {
      return NumpyArray.of(
          name, path.toString(), Files.size(path), () -> Files.newInputStream(path));
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  private static List<NumpyArray> archive(Path path) {
    List<NumpyArray> arrays = new ArrayList<>();
    try (ZipFile zip = new ZipFile(path.toFile())) {
      Enumeration<? extends ZipEntry> entries = zip.entries();
      while (entries.hasMoreElements()) {
        ZipEntry entry = entries.nextElement();
        String file = entry.getName();
        if (!file.endsWith(".npy")) {
          continue;
        }
        if (arrays.size() == MOST_ARRAYS) {
          throw DataException.doing("reading " + path.getFileName())
              .expected("at most 1000 arrays")
              .found("more")
              .where(path.toString())
              .fix("Keep only the arrays that the model reads.");
        }
        String name = file.substring(0, file.length() - ".npy".length());
        String where = path + ", array " + name;
        arrays.add(NumpyArray.of(name, where, entry.getSize(), () -> open(path, file)));
      }
    } catch (IOException e) {
      throw unreadable(path, e);
    }
    return arrays;
  }

  /** The archive is opened anew for each reader, so that readers do not depend on each other. */
  @SuppressWarnings("resource") // Closed with the stream.
  private static InputStream open(Path path, String entry) throws IOException {
    ZipFile zip = new ZipFile(path.toFile());
    ZipEntry found = zip.getEntry(entry);
    if (found == null) {
      zip.close();
      throw new IOException("the archive has changed while it was read");
    }
    return new FilterInputStream(zip.getInputStream(found)) {
      @Override
      public void close() throws IOException {
        try (zip) {
          super.close();
        }
      }
    };
  }

  private static DataException unreadable(Path path, IOException cause) {
    return DataException.doing("reading " + path.getFileName())
        .expected("a NumPy file")
        .found(String.valueOf(cause.getMessage()))
        .where(path.toString())
        .fix(
            "Check that the file was written by numpy.savez or numpy.save and is complete.", cause);
  }
}
