package dev.tailgate.data;

import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.ElementType;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes arrays as {@code numpy.savez} does: version 1, C order. */
public final class NpzFile {
  private final Map<String, Tensor> arrays = new LinkedHashMap<>();

  /** Adds an array. */
  public NpzFile with(String name, Tensor array) {
    arrays.put(name, array);
    return this;
  }

  /** Adds int64 numbers 1, 2, 3, ... */
  public NpzFile counting(String name, long... shape) {
    long count = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    long[] values = new long[(int) count];
    Arrays.setAll(values, i -> i + 1);
    return with(name, Tensor.ofLongs(values, shape));
  }

  /** Writes the archive. */
  public Path write(Path file) {
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, Tensor> array : arrays.entrySet()) {
        zip.putNextEntry(new ZipEntry(array.getKey() + ".npy"));
        zip.write(header(array.getValue()));
        ByteBuffer data = array.getValue().data();
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        zip.write(bytes);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
  }

  private static byte[] header(Tensor tensor) {
    String shape =
        Arrays.stream(tensor.shape()).mapToObj(d -> d + ",").collect(Collectors.joining());
    String descr =
        tensor.type() == ElementType.INT64
            ? "<i8"
            : tensor.type() == ElementType.FLOAT ? "<f4" : unknown(tensor);
    String text = "{'descr': '" + descr + "', 'fortran_order': False, 'shape': (" + shape + "), }";
    int length = text.length() + 1;
    return ByteBuffer.allocate(10 + length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0})
        .putShort((short) length)
        .put((text + "\n").getBytes(StandardCharsets.ISO_8859_1))
        .array();
  }

  private static String unknown(Tensor tensor) {
    throw new IllegalArgumentException(tensor.toString());
  }
}
