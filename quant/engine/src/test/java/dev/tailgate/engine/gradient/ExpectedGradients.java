package dev.tailgate.engine.gradient;

import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.OnnxModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * PyTorch's gradients of a whole model in float64, written by {@code testdata/recipes/gradients.py}
 * as initialisers and metadata of a file that computes nothing.
 *
 * @param inputs by name
 * @param loss the weights of the outputs, by name
 * @param parameters by PyTorch's name
 */
record ExpectedGradients(
    Map<String, Tensor> inputs, Map<String, ConstantTensor> loss, Map<String, Found> parameters) {
  private static final int LIMIT = 10_000_000;

  /** How the elements of a parameter lie in an initialiser. */
  record Place(String how, String initializer) {}

  /**
   * A parameter.
   *
   * @param state {@code zero}, {@code absent}, or empty text where it is compared
   * @param dims in PyTorch
   * @param index which elements the initialiser has, where it was looked up in advance
   */
  record Found(String state, List<Place> places, double[] gradient, long[] dims, long[] index) {
    /** What the gradients of the initialisers make of the gradient of the parameter. */
    double[] sum(Map<String, double[]> gradients) {
      double[] total = new double[gradient.length];
      for (Place place : places) {
        double[] own = gradients.get(place.initializer());
        for (int i = 0; own != null && i < own.length; i++) {
          total[at(place, i)] += own[i];
        }
      }
      return total;
    }

    private int at(Place place, int i) {
      return switch (place.how()) {
        case "transposed" -> (int) (i % dims[0] * dims[1] + i / dims[0]);
        case "looked-up" -> (int) index[i];
        default -> i;
      };
    }
  }

  static ExpectedGradients of(Path file) {
    OnnxModel record = OnnxModel.load(file);
    Map<String, ConstantTensor> arrays = record.graph().initializers();
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    Map<String, ConstantTensor> loss = new LinkedHashMap<>();
    arrays.forEach(
        (name, array) -> {
          if (name.startsWith("input/")) {
            inputs.put(name.substring("input/".length()), tensor(array));
          } else if (name.startsWith("loss/")) {
            loss.put(name.substring("loss/".length()), array);
          }
        });
    Map<String, Found> parameters = new LinkedHashMap<>();
    for (String name : new TreeSet<>(record.metadata().keySet())) {
      parameters.put(name, found(name, record.metadata().get(name), arrays));
    }
    return new ExpectedGradients(inputs, loss, parameters);
  }

  private static Found found(String name, String text, Map<String, ConstantTensor> arrays) {
    String state = "";
    List<Place> places = new ArrayList<>();
    for (String line : text.split("\n", -1)) {
      String[] words = line.split(" ", 2);
      if (words.length == 1) {
        state = line;
      } else {
        places.add(new Place(words[0], words[1]));
      }
    }
    ConstantTensor gradient = arrays.get("gradient/" + name);
    ConstantTensor index = arrays.get("index/" + name);
    return new Found(
        state,
        List.copyOf(places),
        gradient == null ? new double[0] : gradient.toDoubles(LIMIT),
        gradient == null ? new long[0] : longs(gradient.dims()),
        index == null ? new long[0] : index.toLongs(LIMIT));
  }

  private static Tensor tensor(ConstantTensor array) {
    return switch (array.type()) {
      case INT64 -> Tensor.ofLongs(array.toLongs(LIMIT), longs(array.dims()));
      case FLOAT -> {
        double[] doubles = array.toDoubles(LIMIT);
        float[] floats = new float[doubles.length];
        for (int i = 0; i < floats.length; i++) {
          floats[i] = (float) doubles[i];
        }
        yield Tensor.ofFloats(floats, longs(array.dims()));
      }
      default -> throw new IllegalArgumentException(array.toString());
    };
  }

  private static long[] longs(List<Long> dims) {
    return dims.stream().mapToLong(Long::longValue).toArray();
  }
}
