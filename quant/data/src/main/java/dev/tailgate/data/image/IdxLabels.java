package dev.tailgate.data.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * The class ids of an IDX file, in the file beside it that is called {@code labels} and {@code
 * idx1} where the pictures' is called {@code images} and {@code idx3}.
 *
 * @param ids one byte a picture
 * @param classes the largest id plus 1
 */
@SuppressWarnings("ArrayRecordComponent") // Shared with the pictures only.
record IdxLabels(Path file, byte[] ids, int classes) {
  /** More pictures than any set of this format has; a hostile header may claim 4 billion. */
  private static final long MOST_LABELS = 1L << 28;

  /** The labels of the {@code count} pictures of {@code images}, if the file is there. */
  static Optional<IdxLabels> beside(Path images, long count) {
    Optional<Path> found = path(images);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    Path file = found.get();
    IdxHeader header = IdxHeader.of(file);
    if (header.dims().size() != 1 || header.count() != count || count > MOST_LABELS) {
      throw IdxHeader.broken(
          file, count + " labels, one for each picture", "dimensions " + header.dims());
    }
    try (InputStream in = IdxHeader.open(file)) {
      in.skipNBytes(header.bytes());
      byte[] ids = in.readNBytes((int) count);
      if (ids.length < count) {
        throw IdxHeader.broken(file, count + " labels", ids.length + " labels");
      }
      int largest = -1;
      for (byte id : ids) {
        largest = Math.max(largest, Byte.toUnsignedInt(id));
      }
      return Optional.of(new IdxLabels(file, ids, largest + 1));
    } catch (IOException e) {
      throw IdxHeader.broken(file, count + " labels", ReadFailure.inWords(e));
    }
  }

  private static Optional<Path> path(Path images) {
    String name = images.getFileName().toString();
    String other = name.replaceFirst("(?i)images", "labels").replaceFirst("(?i)idx[34]", "idx1");
    if (other.equals(name)) {
      return Optional.empty();
    }
    boolean isPacked = other.toLowerCase(Locale.ROOT).endsWith(".gz");
    String twin = isPacked ? other.substring(0, other.length() - 3) : other + ".gz";
    Path same = images.resolveSibling(other);
    Path packed = images.resolveSibling(twin);
    return Files.isRegularFile(same)
        ? Optional.of(same)
        : Optional.of(packed).filter(Files::isRegularFile);
  }

  int get(long index) {
    return Byte.toUnsignedInt(ids[(int) index]);
  }
}
