package dev.tailgate.engine.gradient;

import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.ElementType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * PyTorch's gradients in float64, written by {@code testdata/recipes/gradient_rules.py}: arrays
 * {@code CASE/in/NAME}, {@code CASE/weights/K} and {@code CASE/gradient/NAME} of a NumPy archive.
 * Inputs with a gradient are variables, the others data.
 */
final class TorchFixture {
  private static final Pattern HEADER =
      Pattern.compile("'descr': '(.f8|.i8|.b1)', 'fortran_order': False, 'shape': \\(([^)]*)\\)");
  private static final Map<String, Tensor> ARRAYS = load();

  private TorchFixture() {}

  /** Whether PyTorch's gradients of the case are known. */
  static boolean has(GradientCase given) {
    return ARRAYS.containsKey(given.name() + "/weights/0");
  }

  /** The names of all cases. */
  static Set<String> names() {
    Set<String> names = new TreeSet<>();
    ARRAYS.keySet().forEach(key -> names.add(key.substring(0, key.indexOf('/'))));
    return names;
  }

  static CaseValues of(GradientCase given) {
    Map<String, double[]> variables = new LinkedHashMap<>();
    Map<String, double[]> gradients = new LinkedHashMap<>();
    given
        .shapes()
        .forEach(
            (name, shape) -> {
              variables.put(name, array(given, "in/" + name, shape));
              gradients.put(name, array(given, "gradient/" + name, shape));
            });
    Map<String, Tensor> data = new LinkedHashMap<>();
    given.data().keySet().forEach(name -> data.put(name, tensor(given, "in/" + name)));
    List<double[]> weights = new ArrayList<>();
    while (ARRAYS.containsKey(given.name() + "/weights/" + weights.size())) {
      weights.add(GradientCheck.doubles(tensor(given, "weights/" + weights.size())));
    }
    return new CaseValues(variables, data, weights, gradients);
  }

  private static double[] array(GradientCase given, String key, long[] shape) {
    Tensor tensor = tensor(given, key);
    if (!Arrays.equals(tensor.shape(), shape)) {
      throw new AssertionError(given + ": the fixture has " + key + " as " + tensor);
    }
    return GradientCheck.doubles(tensor);
  }

  private static Tensor tensor(GradientCase given, String key) {
    return Optional.ofNullable(ARRAYS.get(given.name() + "/" + key))
        .orElseThrow(() -> new AssertionError("The fixture has no " + given + "/" + key));
  }

  private static Map<String, Tensor> load() {
    Map<String, Tensor> arrays = new LinkedHashMap<>();
    try (InputStream in = TorchFixture.class.getResourceAsStream("gradient_rules.npz")) {
      if (in == null) {
        throw new AssertionError("gradient_rules.npz is not there");
      }
      ZipInputStream archive = new ZipInputStream(new ByteArrayInputStream(in.readAllBytes()));
      for (ZipEntry entry = archive.getNextEntry(); entry != null; entry = archive.getNextEntry()) {
        String name = entry.getName();
        arrays.put(
            name.substring(0, name.length() - ".npy".length()), array(archive.readAllBytes()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return arrays;
  }

  /** Version 1 of the format: 10 bytes, of which the last two hold the size of the header. */
  private static Tensor array(byte[] bytes) {
    ByteBuffer all = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int size = all.getShort(8);
    Matcher header = HEADER.matcher(new String(bytes, 10, size, StandardCharsets.US_ASCII));
    if (!header.find()) {
      throw new AssertionError("An array of another kind than the recipe writes");
    }
    long[] shape =
        Arrays.stream(header.group(2).split(","))
            .map(String::strip)
            .filter(dim -> !dim.isEmpty())
            .mapToLong(Long::parseLong)
            .toArray();
    ElementType type =
        switch (header.group(1).substring(1)) {
          case "f8" -> ElementType.DOUBLE;
          case "i8" -> ElementType.INT64;
          default -> ElementType.BOOL;
        };
    Tensor tensor = Tensor.allocate(type, shape);
    tensor.data().put(all.position(10 + size));
    return tensor;
  }
}
