package dev.tailgate.model;

import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.GraphEdit;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.weight.Weights;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What PyTorch gives in float64 on some weights and inputs, written by {@code
 * testdata/recipes/model_equality.py} as initialisers of a file that computes nothing.
 */
record Expected(
    Map<String, ConstantTensor> weights, Map<String, Tensor> inputs, ConstantTensor output) {
  private static final int MOST = 1_000_000;

  static Expected of(String name, Path folder) throws IOException {
    Path file = folder.resolve(name + ".onnx");
    try (InputStream in = Expected.class.getResourceAsStream("equality/" + name + ".onnx")) {
      Files.copy(in, file);
    }
    Map<String, ConstantTensor> arrays = OnnxModel.load(file).graph().initializers();
    Map<String, ConstantTensor> weights = new TreeMap<>();
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    arrays.forEach(
        (key, array) -> {
          if (key.startsWith("weight/")) {
            weights.put(key.substring("weight/".length()), array);
          } else if (key.startsWith("input/")) {
            inputs.put(key.substring("input/".length()), tensor(array));
          }
        });
    return new Expected(weights, inputs, arrays.get("output"));
  }

  private static Tensor tensor(ConstantTensor array) {
    long[] shape = array.dims().stream().mapToLong(Long::longValue).toArray();
    if (array.type() == ElementType.INT64) {
      return Tensor.ofLongs(array.toLongs(MOST), shape);
    }
    double[] doubles = array.toDoubles(MOST);
    float[] floats = new float[doubles.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) doubles[i];
    }
    return Tensor.ofFloats(floats, shape);
  }

  /** The model with these weights in the place of its own; what has none is no weight of it. */
  OnnxModel given(OnnxModel model) {
    Set<String> own = new TreeSet<>(Weights.of(model.graph()).keySet());
    if (!own.equals(weights.keySet())) {
      throw new AssertionError("weights " + own + ", PyTorch has " + weights.keySet());
    }
    GraphEdit edit = model.edit();
    weights.forEach(
        (name, array) -> {
          Object dims = model.graph().initializers().get(name).dims();
          if (!array.dims().equals(dims)) {
            throw new AssertionError(name + " is " + dims + ", in PyTorch " + array.dims());
          }
          edit.replaceConstant(name, array);
        });
    return edit.commit();
  }

  /** The largest distance of what the model gives on these weights from PyTorch's. */
  double distance(OnnxModel model) {
    String logits = model.graph().outputs().get(0).name();
    try (ModelRunner runner = ModelRunner.open(given(model), RunnerOptions.DEFAULT)) {
      float[] found = runner.run(inputs, Set.of(logits)).get(logits).toFloats();
      double[] wanted = output.toDoubles(MOST);
      if (found.length != wanted.length) {
        throw new AssertionError(found.length + " numbers, PyTorch gives " + wanted.length);
      }
      double worst = 0;
      for (int i = 0; i < found.length; i++) {
        double distance = Math.abs(found[i] - wanted[i]);
        worst = Double.isNaN(distance) ? Double.POSITIVE_INFINITY : Math.max(worst, distance);
      }
      return worst;
    }
  }
}
