package dev.tailgate.data;

import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.ValueInfo;
import dev.tailgate.onnx.kit.Models;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A model of one {@code Identity} from {@code x} to {@code y}, to which tests add what they test.
 */
public final class IdentityModel {
  private IdentityModel() {}

  /** The model, with {@code x} of float32 and any shape. */
  public static OnnxModel of(long opset) {
    return Models.identity(opset);
  }

  /** An output of unknown type and shape. */
  public static ValueInfo output(String name) {
    return new ValueInfo(name, ElementType.UNDEFINED, Optional.empty());
  }

  /** Feeds {@code x} and returns {@code output}. */
  public static Tensor run(
      OnnxModel model, Tensor x, String output, RunnerOptions.Optimization level) {
    try (ModelRunner runner = ModelRunner.open(model, ReferenceModel.CPU.with(level))) {
      return runner.run(Map.of("x", x), Set.of(output)).get(output);
    }
  }
}
