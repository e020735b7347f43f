package dev.tailgate.data.image;

import dev.tailgate.engine.tensor.DataException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.LongStream;

/**
 * Pictures of CIFAR's binary files: records of a class id (CIFAR-10), or of a coarse and a fine
 * class id (CIFAR-100, whose fine one counts), and 32x32 pixels as a red, a green and a blue plane.
 *
 * <p>The length of the file tells the two apart; where it fits both, every class id must be below
 * 10 for CIFAR-10. Class ids are checked as they are read.
 */
final class CifarPictures implements Pictures {
  private static final int SIDE = 32;
  private static final int PLANE = SIDE * SIDE;
  private static final int PIXELS = 3 * PLANE;

  private final Path file;
  private final int labelBytes;
  private final long count;

  CifarPictures(Path file) {
    this.file = file;
    try {
      long bytes = Files.size(file);
      boolean isTen = bytes % (PIXELS + 1) == 0 && (bytes % (PIXELS + 2) != 0 || allBelow10(file));
      if (bytes == 0 || (!isTen && bytes % (PIXELS + 2) != 0)) {
        throw IdxHeader.broken(
            file,
            "CIFAR records of 3073 bytes (CIFAR-10) or 3074 bytes (CIFAR-100)",
            bytes + " bytes");
      }
      this.labelBytes = isTen ? 1 : 2;
      this.count = bytes / (PIXELS + labelBytes);
    } catch (IOException e) {
      throw IdxHeader.broken(file, "a readable file", ReadFailure.inWords(e));
    }
  }

  private static boolean allBelow10(Path file) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      int label = in.read();
      while (label >= 0 && label < 10) {
        in.skipNBytes(PIXELS);
        label = in.read();
      }
      return label < 0;
    }
  }

  @Override
  public Iterator<Labelled> read(long[] indices) {
    return LongStream.of(indices).mapToObj(this::labelled).iterator();
  }

  private Labelled labelled(long index) {
    byte[] stored = FileRecords.read(file, 0, PIXELS + labelBytes, index);
    byte[] pixels = new byte[PIXELS];
    for (int i = 0; i < PLANE; i++) {
      for (int c = 0; c < 3; c++) {
        pixels[3 * i + c] = stored[labelBytes + c * PLANE + i];
      }
    }
    int label = Byte.toUnsignedInt(stored[labelBytes - 1]);
    String where = file + ", row " + (index + 1);
    if (label >= classCount()) {
      throw DataException.doing("reading " + file.getFileName())
          .expected("a class id below " + classCount())
          .found(Integer.toString(label))
          .where(where)
          .fix("Get the file anew; it is damaged or no CIFAR binary file.");
    }
    return new Labelled(index, new Picture(SIDE, SIDE, 3, pixels), label, where);
  }

  private int classCount() {
    return labelBytes == 1 ? 10 : 100;
  }

  @Override
  public long size() {
    return count;
  }

  @Override
  public boolean canSeek() {
    return true;
  }

  @Override
  public OptionalInt classes() {
    return OptionalInt.of(classCount());
  }

  @Override
  public Optional<PictureSize> commonSize() {
    return Optional.of(new PictureSize(SIDE, SIDE, 3));
  }

  @Override
  public String description() {
    return String.format(
        Locale.ROOT,
        "%s: CIFAR-%d images 32x32, %d classes",
        file.getFileName(),
        classCount(),
        classCount());
  }
}
