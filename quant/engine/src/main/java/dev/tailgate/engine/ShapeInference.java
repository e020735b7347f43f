package dev.tailgate.engine;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import ai.onnxruntime.TensorInfo;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.SizedModel;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What ONNX Runtime infers of the shapes of all values when a session is made; nothing is run. */
final class ShapeInference {
  private ShapeInference() {}

  /**
   * What a session says of the values of {@code model}, by name.
   *
   * @param inputs tensors whose sizes the inputs have; others stay as the model states them
   * @throws OrtException where the runtime refuses the model or these sizes
   */
  static Map<String, TensorInfo> of(
      OnnxModel model, Map<String, Tensor> inputs, RunnerOptions options) throws OrtException {
    Map<String, List<Long>> sizes = new LinkedHashMap<>();
    inputs.forEach((name, tensor) -> sizes.put(name, boxed(tensor.shape())));
    return inferred(model, sizes, options, OptLevel.NO_OPT);
  }

  /**
   * The same for inputs of some sizes, with sizes that the graph computes: the runtime does that
   * part of the graph that follows from them. For a model that may be loaded.
   */
  static Map<String, TensorInfo> computed(
      OnnxModel model, Map<String, List<Long>> sizes, RunnerOptions options) throws OrtException {
    return inferred(model, sizes, options, OptLevel.BASIC_OPT);
  }

  private static Map<String, TensorInfo> inferred(
      OnnxModel model, Map<String, List<Long>> sizes, RunnerOptions options, OptLevel level)
      throws OrtException {
    OnnxModel sized = SizedModel.of(model, sizes);
    RunnerOptions plain = options.with(RunnerOptions.Optimization.NONE);
    return ProcessEnd.nativeWork(() -> {}, () -> inferred(sized, plain, level));
  }

  private static Map<String, TensorInfo> inferred(
      OnnxModel sized, RunnerOptions options, OptLevel level) throws OrtException {
    Map<String, TensorInfo> shapes = new LinkedHashMap<>();
    try (SessionOptions settings = OrtRuntime.options(options, sized.weightsFolder())) {
      settings.addConfigEntry("session.disable_prepacking", "1");
      settings.setOptimizationLevel(level);
      try (OrtSession session =
          OrtRuntime.environment().createSession(sized.toSessionBytes(), settings)) {
        for (NodeInfo value : session.getOutputInfo().values()) {
          if (value.getInfo() instanceof TensorInfo info) {
            shapes.put(value.getName(), info);
          }
        }
      }
    }
    return shapes;
  }

  private static List<Long> boxed(long[] shape) {
    return Arrays.stream(shape).boxed().toList();
  }
}
