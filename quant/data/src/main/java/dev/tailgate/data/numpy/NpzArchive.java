package dev.tailgate.data.numpy;

import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.ElementType;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Arrays as {@code numpy.savez_compressed} writes them: NPY of version 1 in C order, deflated. The
 * same arrays give the same bytes, since entries have no time.
 */
public final class NpzArchive {
  private static final int PREFIX = 10;
  private static final int ALIGNMENT = 64;

  private NpzArchive() {}

  /**
   * Writes {@code arrays} in their order and leaves the stream open.
   *
   * @throws IllegalArgumentException for elements other than float32 and int64
   */
  public static void write(Map<String, Tensor> arrays, OutputStream out) throws IOException {
    ZipOutputStream zip = new ZipOutputStream(out);
    for (Map.Entry<String, Tensor> array : arrays.entrySet()) {
      ZipEntry entry = new ZipEntry(array.getKey() + ".npy");
      entry.setTimeLocal(java.time.LocalDateTime.of(1980, 1, 1, 0, 0));
      zip.putNextEntry(entry);
      zip.write(header(array.getValue()));
      ByteBuffer data = array.getValue().data();
      byte[] bytes = new byte[data.remaining()];
      data.get(bytes);
      zip.write(bytes);
    }
    zip.finish();
  }

  private static byte[] header(Tensor tensor) {
    String shape =
        Arrays.stream(tensor.shape()).mapToObj(d -> d + ",").collect(Collectors.joining(" "));
    String text =
        "{'descr': '" + kind(tensor) + "', 'fortran_order': False, 'shape': (" + shape + "), }";
    int room = ALIGNMENT - (PREFIX + text.length() + 1) % ALIGNMENT;
    String padded = text + " ".repeat(room % ALIGNMENT) + "\n";
    return ByteBuffer.allocate(PREFIX + padded.length())
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0})
        .putShort((short) padded.length())
        .put(padded.getBytes(StandardCharsets.ISO_8859_1))
        .array();
  }

  private static String kind(Tensor tensor) {
    if (tensor.type() == ElementType.INT64) {
      return "<i8";
    }
    if (tensor.type() == ElementType.FLOAT) {
      return "<f4";
    }
    throw new IllegalArgumentException("Writing " + tensor + " as a NumPy array");
  }
}
