package dev.tailgate.engine;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.TensorInfo;
import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.SizedModel;
import dev.tailgate.onnx.ir.ValueInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Shapes of all values in the symbols of the inputs, from two inferences with other sizes.
 * Exporters compute the shapes of {@code Reshape} and {@code Expand} in the graph; the runtime
 * follows such computations with numbers, and loses them with symbols. A dimension that is the same
 * both times is fixed; one that is the size of a symbol both times is that symbol; any other gets a
 * name of its own, made of both sizes, so that equal dimensions stay equal.
 */
final class TwoSizes {
  private static final long[] FIRST = {3, 5, 7, 11, 13, 17, 19, 23};
  private static final long[] SECOND = {4, 6, 10, 14, 22, 26, 34, 38};

  private final Map<Dim, Integer> symbols = new LinkedHashMap<>();
  private final Map<String, List<Dim>> inputs = new LinkedHashMap<>();

  private TwoSizes(OnnxModel model, boolean unnamed) {
    for (ValueInfo input : model.graph().inputs()) {
      input
          .shape()
          .map(dims -> named(SizedModel.told(dims), unnamed))
          .filter(dims -> dims.stream().noneMatch(Dim.Unknown.class::isInstance))
          .ifPresent(dims -> inputs.put(input.name(), dims));
    }
    inputs.values().stream()
        .flatMap(List::stream)
        .filter(Dim.Symbolic.class::isInstance)
        .forEach(dim -> symbols.putIfAbsent(dim, symbols.size()));
  }

  /** Dimensions without a name called by their axis, which many inputs share. */
  private static List<Dim> named(List<Dim> dims, boolean unnamed) {
    List<Dim> named = new ArrayList<>();
    for (Dim dim : dims) {
      boolean isCalled = unnamed && dim instanceof Dim.Unknown;
      named.add(isCalled ? Dim.of("axis " + named.size()) : dim);
    }
    return List.copyOf(named);
  }

  /**
   * The shapes of the values that the runtime knows for these sizes.
   *
   * @param unnamed whether dimensions without a name are taken to be equal along an axis
   * @return empty where the model does not take the sizes tried
   */
  static Optional<Map<String, List<Dim>>> of(
      OnnxModel model, RunnerOptions options, boolean unnamed) {
    TwoSizes sizes = new TwoSizes(model, unnamed);
    try {
      return sizes.symbols.size() > FIRST.length
          ? Optional.empty()
          : Optional.of(sizes.found(model, options));
    } catch (OrtException e) {
      return Optional.empty();
    }
  }

  private Map<String, List<Dim>> found(OnnxModel model, RunnerOptions options) throws OrtException {
    Map<String, TensorInfo> first = ShapeInference.computed(model, sizes(FIRST), options);
    // The runtime says the same of a scalar and of what it does not know; their shapes differ.
    GraphBuilder graph = GraphBuilder.on(model);
    Map<String, String> shapes = new LinkedHashMap<>();
    first.forEach(
        (name, info) -> {
          if (info.getShape().length == 0) {
            shapes.put(name, graph.value(name).shape().name());
          }
        });
    OnnxModel asked = shapes.isEmpty() ? model : graph.model();
    Map<String, TensorInfo> second = ShapeInference.computed(asked, sizes(SECOND), options);
    Map<String, List<Dim>> found = new LinkedHashMap<>(inputs);
    first.forEach(
        (name, info) -> {
          TensorInfo other = second.get(name);
          TensorInfo shape = second.get(shapes.getOrDefault(name, ""));
          boolean isKnown =
              info.getShape().length > 0
                  || (shape != null && Arrays.equals(shape.getShape(), new long[] {0}));
          if (isKnown && other != null && other.getShape().length == info.getShape().length) {
            found.put(name, dims(info.getShape(), other.getShape()));
          }
        });
    return found;
  }

  private Map<String, List<Long>> sizes(long[] of) {
    Map<String, List<Long>> sizes = new LinkedHashMap<>();
    inputs.forEach(
        (name, dims) -> {
          if (!dims.isEmpty()) {
            sizes.put(name, dims.stream().map(dim -> size(dim, of)).toList());
          }
        });
    return sizes;
  }

  private long size(Dim dim, long[] of) {
    Integer symbol = symbols.get(dim);
    return symbol == null ? dim.sizeOrMinusOne() : of[symbol];
  }

  private List<Dim> dims(long[] first, long[] second) {
    List<Dim> dims = new ArrayList<>();
    for (int i = 0; i < first.length; i++) {
      dims.add(dim(first[i], second[i]));
    }
    return List.copyOf(dims);
  }

  private Dim dim(long first, long second) {
    if (first < 0 || second < 0) {
      return new Dim.Unknown();
    }
    if (first == second) {
      return Dim.of(first);
    }
    return symbols.entrySet().stream()
        .filter(e -> FIRST[e.getValue()] == first && SECOND[e.getValue()] == second)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseGet(() -> Dim.of("size " + first + " or " + second));
  }
}
