package dev.tailgate.data.image;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.LongStream;

/**
 * Pictures of an IDX file, {@code [N, height, width]} grey or {@code [N, height, width, 1 or 3]},
 * as MNIST and its relatives are published. A file packed with gzip is read from its start.
 */
final class IdxPictures implements Pictures {
  private final Path file;
  private final IdxHeader header;
  private final PictureSize size;
  private final Optional<IdxLabels> labels;

  IdxPictures(Path file) {
    this.file = file;
    this.header = IdxHeader.of(file);
    this.size = size(file, header);
    this.labels = IdxLabels.beside(file, header.count());
  }

  private static PictureSize size(Path file, IdxHeader header) {
    int rank = header.dims().size();
    long channels = rank == 4 ? header.dims().get(3) : 1;
    long height = rank >= 3 ? header.dims().get(1) : 0;
    long width = rank >= 3 ? header.dims().get(2) : 0;
    boolean fits = height > 0 && width > 0 && height * width <= PictureFile.MOST_PIXELS;
    if (!fits || header.count() == 0 || (channels != 1 && channels != 3)) {
      throw IdxHeader.broken(
          file,
          "pictures [N, height, width] or [N, height, width, 1 or 3]",
          "dimensions " + header.dims());
    }
    return new PictureSize((int) width, (int) height, (int) channels);
  }

  @Override
  public Iterator<Labelled> read(long[] indices) {
    if (canSeek()) {
      return LongStream.of(indices)
          .mapToObj(i -> labelled(i, FileRecords.read(file, header.bytes(), bytes(), i)))
          .iterator();
    }
    return stream(indices);
  }

  /** The stream is closed behind the last picture; one that is given up closes with its owner. */
  private Iterator<Labelled> stream(long[] indices) {
    return new Iterator<>() {
      private int at;
      private long passed;
      private InputStream in = InputStream.nullInputStream();

      @Override
      public boolean hasNext() {
        return at < indices.length;
      }

      @Override
      public Labelled next() {
        if (!hasNext()) {
          throw new NoSuchElementException("all pictures have been read");
        }
        long index = indices[at];
        try {
          if (at++ == 0) {
            in = IdxHeader.open(file);
            in.skipNBytes(header.bytes());
          }
          in.skipNBytes((index - passed) * bytes());
          byte[] pixels = in.readNBytes(bytes());
          passed = index + 1;
          if (at == indices.length) {
            in.close();
          }
          if (pixels.length < bytes()) {
            throw new EOFException();
          }
          return labelled(index, pixels);
        } catch (IOException e) {
          throw IdxHeader.broken(
              file,
              header.count() + " pictures",
              String.format(Locale.ROOT, "%s in row %d", ReadFailure.inWords(e), index + 1));
        }
      }
    };
  }

  private int bytes() {
    return (int) size.values();
  }

  private Labelled labelled(long index, byte[] pixels) {
    Picture picture = new Picture(size.width(), size.height(), size.channels(), pixels);
    int label = labels.map(l -> l.get(index)).orElse(-1);
    return new Labelled(index, picture, label, file + ", row " + (index + 1));
  }

  @Override
  public long size() {
    return header.count();
  }

  @Override
  public boolean canSeek() {
    return !IdxHeader.isCompressed(file);
  }

  @Override
  public OptionalInt classes() {
    return labels.map(l -> OptionalInt.of(l.classes())).orElse(OptionalInt.empty());
  }

  @Override
  public Optional<PictureSize> commonSize() {
    return Optional.of(size);
  }

  @Override
  public String description() {
    String kind = size.channels() == 1 ? "grey" : "colour";
    String ids =
        labels
            .map(
                l ->
                    String.format(
                        Locale.ROOT, "%d classes of %s", l.classes(), l.file().getFileName()))
            .orElse("no file of labels beside it");
    return String.format(Locale.ROOT, "%s: %s images %s, %s", file.getFileName(), kind, size, ids);
  }
}
