package dev.tailgate.run.rewrite;

import dev.tailgate.data.numpy.ParameterArrays;
import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.ElementType;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Trained parameters by site, in an {@code .npz} archive whose arrays are called {@code <site
 * number>} or {@code <site number>.<parameter>}.
 */
final class ParameterFile {
  private static final Pattern NAME = Pattern.compile("(0|[1-9]\\d{0,5})(?:\\.(.*))?");

  private final Path path;
  private final String doing;
  private final Map<String, Tensor> arrays;

  private ParameterFile(Path path, String doing) {
    this.path = path;
    this.doing = doing;
    this.arrays = ParameterArrays.read(path);
    if (arrays.isEmpty()) {
      throw refused("at least one array", "none", "Save the arrays with numpy.savez.");
    }
    arrays.forEach(this::requireNumbers);
  }

  /** Reads the arrays; {@code what} completes "reading", for example "sinks". */
  static ParameterFile read(Path path, String what) {
    return new ParameterFile(path, "reading " + what + " from " + path.getFileName());
  }

  private void requireNumbers(String name, Tensor tensor) {
    if (!Elements.knows(tensor.type()) || tensor.type() == ElementType.BOOL) {
      throw at(name, "real numbers", tensor.toString());
    }
    double[] values = doubles(tensor);
    for (double value : values) {
      if (!Double.isFinite(value)) {
        throw at(name, "finite numbers", Double.toString(value));
      }
    }
  }

  /** The one array of the file, where there is just one. */
  Optional<Tensor> single() {
    return arrays.size() == 1 ? Optional.of(arrays.values().iterator().next()) : Optional.empty();
  }

  /**
   * The arrays by site and parameter.
   *
   * @param parameters the names after the dot that each site must have, no more and no less; an
   *     empty name stands for an array called by the number alone
   */
  Map<Integer, Map<String, Tensor>> bySite(Set<String> parameters) {
    Map<Integer, Map<String, Tensor>> sites = new TreeMap<>();
    arrays.forEach(
        (name, tensor) -> {
          Matcher matcher = NAME.matcher(name);
          String parameter =
              matcher.matches() ? Optional.ofNullable(matcher.group(2)).orElse("") : name;
          if (!matcher.matches() || !parameters.contains(parameter)) {
            throw at(name, "names such as " + example(parameters), name);
          }
          sites
              .computeIfAbsent(Integer.valueOf(matcher.group(1)), k -> new TreeMap<>())
              .put(parameter, tensor);
        });
    sites.forEach(
        (site, given) -> {
          Set<String> missing = new TreeSet<>(parameters);
          missing.removeAll(given.keySet());
          if (!missing.isEmpty()) {
            throw refused(
                example(parameters).replace("0", site.toString()),
                "no " + site + "." + missing.iterator().next(),
                "Save all parameters of each site.");
          }
        });
    return sites;
  }

  private static String example(Set<String> parameters) {
    return String.join(
        ", ", new TreeSet<>(parameters).stream().map(p -> p.isEmpty() ? "0" : "0." + p).toList());
  }

  /** Refuses an array whose shape differs; negative sizes stand for any. */
  void requireShape(String name, Tensor tensor, String expected, long... shape) {
    boolean fits = tensor.rank() == shape.length && tensor.elementCount() > 0;
    for (int axis = 0; fits && axis < shape.length; axis++) {
      fits = shape[axis] < 0 || tensor.dim(axis) == shape[axis];
    }
    if (!fits) {
      throw at(name, expected, Arrays.toString(tensor.shape()));
    }
  }

  /** A refusal of one array. */
  DataException at(String name, String expected, String found) {
    return DataException.doing(doing)
        .expected(expected)
        .found(found)
        .where(path + ", array " + name)
        .fix("Save the array again in that form.");
  }

  private DataException refused(String expected, String found, String fix) {
    return DataException.doing(doing)
        .expected(expected)
        .found(found)
        .where(path.toString())
        .fix(fix);
  }

  /** All elements, row by row. */
  static double[] doubles(Tensor tensor) {
    double[] values = new double[tensor.elementCount()];
    Elements.Reader reader = Elements.reader(tensor);
    Arrays.setAll(values, reader::get);
    return values;
  }
}
