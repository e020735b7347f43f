package dev.tailgate.train;

import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.ElementType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** The arrays of float64 and int64 that a recipe wrote with {@code numpy.savez}. */
public final class NumpyArchive {
  private static final Pattern HEADER =
      Pattern.compile("'descr': '<(f8|i8)', 'fortran_order': (False|True), 'shape': \\(([^)]*)\\)");

  private final Map<String, Tensor> arrays = new LinkedHashMap<>();

  /** A resource beside a class. */
  public NumpyArchive(Class<?> beside, String resource) {
    try (InputStream in = beside.getResourceAsStream(resource)) {
      ZipInputStream archive = new ZipInputStream(in);
      for (ZipEntry entry = archive.getNextEntry(); entry != null; entry = archive.getNextEntry()) {
        String name = entry.getName();
        arrays.put(
            name.substring(0, name.length() - ".npy".length()), array(archive.readAllBytes()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An array that is to be there. */
  public Tensor get(String name) {
    return find(name).orElseThrow(() -> new AssertionError("The fixture has no " + name));
  }

  /** An array, if it is there. */
  public Optional<Tensor> find(String name) {
    return Optional.ofNullable(arrays.get(name));
  }

  /** The elements of an array of float64. */
  public double[] doubles(String name) {
    return doubles(get(name));
  }

  /** The elements of a tensor of float64 or float32. */
  public static double[] doubles(Tensor tensor) {
    double[] values = new double[tensor.elementCount()];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          tensor.type() == ElementType.DOUBLE
              ? tensor.data().getDouble(8 * i)
              : tensor.data().getFloat(4 * i);
    }
    return values;
  }

  /** Row {@code i} of an array of int64. */
  public Tensor row(String name, int i) {
    Tensor all = get(name);
    long[] shape = Arrays.copyOfRange(all.shape(), 1, all.rank());
    int count = all.elementCount() / (int) all.dim(0);
    return Tensor.ofLongs(Arrays.copyOfRange(all.toLongs(), i * count, (i + 1) * count), shape);
  }

  /** Version 1 of the format: 10 bytes, of which the last two hold the size of the header. */
  private static Tensor array(byte[] bytes) {
    ByteBuffer all = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int size = all.getShort(8);
    Matcher header = HEADER.matcher(new String(bytes, 10, size, StandardCharsets.US_ASCII));
    if (!header.find() || header.group(2).equals("True")) {
      throw new AssertionError("An array of another kind than the recipe writes");
    }
    long[] shape =
        Arrays.stream(header.group(3).split(","))
            .map(String::strip)
            .filter(dim -> !dim.isEmpty())
            .mapToLong(Long::parseLong)
            .toArray();
    ElementType type = header.group(1).equals("f8") ? ElementType.DOUBLE : ElementType.INT64;
    Tensor tensor = Tensor.allocate(type, shape);
    tensor.data().put(all.position(10 + size));
    return tensor;
  }
}
