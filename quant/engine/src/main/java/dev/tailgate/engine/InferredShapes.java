package dev.tailgate.engine;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.TensorInfo;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.gradient.adjoint.KnownShapes;
import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.OnnxModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Shapes of the values of a main graph as ONNX Runtime infers them from the inputs and from
 * constants. What the file says of inner values is left out, since a file may say anything. Where
 * the runtime refuses the model nothing is known: whoever runs it says why.
 */
public final class InferredShapes {
  private InferredShapes() {}

  /**
   * With the inputs as the model states them: dimensions of one symbol are equal within a run, and
   * what the runtime does not infer is unknown. A symbol that stands for two axes of one input, as
   * exports have it, is taken for two. Found with two sizes of each symbol where the model takes
   * those, and else with the symbols themselves, which tells less.
   */
  public static KnownShapes of(OnnxModel model, RunnerOptions options) {
    return TwoSizes.of(model, options, true)
        .or(() -> TwoSizes.of(model, options, false))
        .map(found -> KnownShapes.of(model.graph(), found))
        .orElseGet(() -> bySymbols(model, options));
  }

  private static KnownShapes bySymbols(OnnxModel model, RunnerOptions options) {
    Map<String, TensorInfo> infos = infer(model, Map.of(), options);
    Set<String> scalars = scalars(model, infos, options);
    Map<String, List<Dim>> found = new LinkedHashMap<>();
    infos.forEach(
        (name, info) -> {
          if (info.getShape().length > 0 || scalars.contains(name)) {
            found.put(name, dims(info));
          }
        });
    return KnownShapes.of(model.graph(), found);
  }

  /**
   * The runtime says no dimensions of a scalar, and of a value of which it knows nothing. The shape
   * of their shapes tells them apart.
   */
  private static Set<String> scalars(
      OnnxModel model, Map<String, TensorInfo> infos, RunnerOptions options) {
    GraphBuilder graph = GraphBuilder.on(model);
    Map<String, String> shapes = new LinkedHashMap<>();
    infos.forEach(
        (name, info) -> {
          if (info.getShape().length == 0) {
            shapes.put(graph.value(name).shape().name(), name);
          }
        });
    Set<String> scalars = new LinkedHashSet<>();
    if (!shapes.isEmpty()) {
      infer(graph.model(), Map.of(), options)
          .forEach(
              (name, info) -> {
                String of = shapes.get(name);
                if (of != null && Arrays.equals(info.getShape(), new long[] {0})) {
                  scalars.add(of);
                }
              });
    }
    return scalars;
  }

  /**
   * Bytes of every value for inputs of given sizes, of a model that may be loaded.
   *
   * @param inputs what the model would run on
   * @return by value; empty where a size follows from the elements of the data
   */
  public static Map<String, Optional<Double>> bytes(
      OnnxModel model, Map<String, Tensor> inputs, RunnerOptions options) {
    Map<String, Optional<Double>> bytes = new LinkedHashMap<>();
    Map<String, List<Long>> sizes = new LinkedHashMap<>();
    inputs.forEach(
        (name, tensor) -> sizes.put(name, Arrays.stream(tensor.shape()).boxed().toList()));
    try {
      ShapeInference.computed(model, sizes, options)
          .forEach((name, info) -> bytes.put(name, bytes(info)));
    } catch (OrtException e) {
      // Whoever runs the model says why; until then nothing is known.
    }
    return bytes;
  }

  private static Map<String, TensorInfo> infer(
      OnnxModel model, Map<String, Tensor> inputs, RunnerOptions options) {
    try {
      return ShapeInference.of(model, inputs, options);
    } catch (OrtException e) {
      return Map.of();
    }
  }

  private static List<Dim> dims(TensorInfo info) {
    long[] sizes = info.getShape();
    String[] names = info.getDimensionNames();
    List<Dim> dims = new ArrayList<>();
    for (int i = 0; i < sizes.length; i++) {
      boolean isNamed = i < names.length && !names[i].isEmpty();
      dims.add(sizes[i] >= 0 ? Dim.of(sizes[i]) : isNamed ? Dim.of(names[i]) : new Dim.Unknown());
    }
    return List.copyOf(dims);
  }

  private static Optional<Double> bytes(TensorInfo info) {
    double bytes = info.type.size;
    for (long dim : info.getShape()) {
      if (dim < 0) {
        return Optional.empty();
      }
      bytes *= dim;
    }
    return Optional.of(bytes);
  }
}
