package dev.tailgate.data;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * An archive of arrays with the first rows of another: a data set that may be used whole in a test.
 * The header of {@code .npy} is text of a length that stays; what follows it are the rows in order.
 */
public final class FirstRows {
  private static final Pattern SHAPE = Pattern.compile("'shape': \\((\\d+),([^)]*)\\)");
  private static final int LENGTH_AT = 8;
  private static final int HEADER_AT = 10;

  private FirstRows() {}

  /** Writes {@code count} rows of every array of {@code archive} over it. */
  public static Path keep(Path archive, int count) throws IOException {
    Path kept = archive.resolveSibling(count + "-" + archive.getFileName());
    try (ZipFile from = new ZipFile(archive.toFile());
        ZipOutputStream to = new ZipOutputStream(Files.newOutputStream(kept))) {
      from.stream()
          .forEach(
              entry -> {
                try {
                  byte[] array = from.getInputStream(entry).readAllBytes();
                  to.putNextEntry(new ZipEntry(entry.getName()));
                  to.write(head(array, count));
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    }
    return Files.move(kept, archive, StandardCopyOption.REPLACE_EXISTING);
  }

  private static byte[] head(byte[] array, int count) {
    int data = HEADER_AT + (array[LENGTH_AT] & 0xFF) + 256 * (array[LENGTH_AT + 1] & 0xFF);
    String header = new String(array, HEADER_AT, data - HEADER_AT, StandardCharsets.ISO_8859_1);
    Matcher shape = SHAPE.matcher(header);
    if (!shape.find()) {
      throw new IllegalArgumentException(header);
    }
    int rows = Integer.parseInt(shape.group(1));
    String fewer =
        shape.replaceFirst("'shape': (" + count + ",$2)").stripTrailing()
            + " ".repeat(header.length());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(array, 0, HEADER_AT);
    out.writeBytes(
        fewer.substring(0, header.length() - 1).concat("\n").getBytes(StandardCharsets.ISO_8859_1));
    out.write(array, data, (array.length - data) / rows * count);
    return out.toByteArray();
  }
}
