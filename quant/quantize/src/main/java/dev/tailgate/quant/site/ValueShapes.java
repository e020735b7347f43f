package dev.tailgate.quant.site;

import dev.tailgate.data.Batch;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.GraphEdit;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.ValueInfo;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Learns the shapes that inner values have on a batch, by a {@code Shape} behind each: the values
 * themselves stay in the runtime, whatever their size.
 */
final class ValueShapes {
  private ValueShapes() {}

  /** The shape of each of {@code values} on {@code batch}. */
  static Map<String, long[]> on(
      Batch batch, OnnxModel model, Collection<String> values, RunnerOptions options) {
    GraphEdit edit = model.edit();
    // Shape has been there since the first opset.
    Ops ops = new Ops(model, edit, "ValueShapes", 1, "measuring shapes");
    Map<String, String> shapes = new LinkedHashMap<>();
    for (String value : new LinkedHashSet<>(values)) {
      String shape = ops.op("Shape", value);
      edit.addOutput(new ValueInfo(shape, ElementType.INT64, Optional.empty()));
      shapes.put(value, shape);
    }
    Map<String, long[]> found = new LinkedHashMap<>();
    try (ModelRunner runner =
        ModelRunner.open(edit.commit(), options.with(RunnerOptions.Optimization.NONE))) {
      Map<String, Tensor> outputs =
          runner.run(batch.inputs(), new LinkedHashSet<>(shapes.values()));
      shapes.forEach(
          (value, shape) -> found.put(value, Objects.requireNonNull(outputs.get(shape)).toLongs()));
    }
    return found;
  }

  /** Number of elements. */
  static long elements(long[] shape) {
    long count = 1;
    for (long dim : shape) {
      count = Math.multiplyExact(count, dim);
    }
    return count;
  }
}
