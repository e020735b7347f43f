package dev.tailgate.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * An array that NumPy saved beside a test, read without the code under test: little-endian, in C
 * order, version 1.
 *
 * @param bytes the elements
 */
public record NpyFixture(long[] shape, ByteBuffer bytes) {
  private static final Pattern SHAPE = Pattern.compile("'shape': \\(([^)]*)\\)");

  /** Reads the resource {@code name} beside {@code test}. */
  public static NpyFixture of(Class<?> test, String name) {
    try (InputStream in = Objects.requireNonNull(test.getResourceAsStream(name), name)) {
      ByteBuffer file = ByteBuffer.wrap(in.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
      int header = file.getShort(8);
      String text = new String(file.array(), 10, header, StandardCharsets.ISO_8859_1);
      Matcher shape = SHAPE.matcher(text);
      if (!shape.find() || text.contains("'fortran_order': True")) {
        throw new IllegalStateException("not a plain array: " + text);
      }
      long[] dims =
          Stream.of(shape.group(1).split(",", -1))
              .map(String::strip)
              .filter(d -> !d.isEmpty())
              .mapToLong(Long::parseLong)
              .toArray();
      ByteBuffer bytes = file.position(10 + header).slice().order(ByteOrder.LITTLE_ENDIAN);
      return new NpyFixture(dims, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All elements of a float32 array. */
  public float[] floats() {
    float[] values = new float[(int) LongStream.of(shape).reduce(1, (a, b) -> a * b)];
    bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }

  /** All elements of a uint8 array. */
  public byte[] unsignedBytes() {
    byte[] values = new byte[bytes.remaining()];
    bytes.duplicate().get(values);
    return values;
  }
}
