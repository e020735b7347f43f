package dev.tailgate.run.model;

import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.onnx.ir.FlatBranches;
import dev.tailgate.onnx.ir.Float32Model;
import dev.tailgate.onnx.ir.InlinedFunctions;
import dev.tailgate.onnx.ir.OnnxModel;
import java.nio.file.Path;

/**
 * Reads a model for a run that measures or quantizes it: what lies in functions and branches is
 * brought into the main graph, where everything looks, and 16-bit floats are widened where that is
 * asked for. What such a model gives, and its file once it is saved, is that of the original.
 */
public final class ModelFile {
  private ModelFile() {}

  /**
   * The model at {@code path}.
   *
   * @throws dev.tailgate.onnx.ir.ModelException for anything that is not a sound ONNX model
   */
  public static OnnxModel read(Path path, RunnerOptions options) {
    return prepared(OnnxModel.load(path), options);
  }

  /** The same for a model that was read already. */
  public static OnnxModel prepared(OnnxModel model, RunnerOptions options) {
    OnnxModel inlined = InlinedFunctions.apply(model);
    return FlatBranches.of(options.inFloat32() ? Float32Model.of(inlined) : inlined);
  }
}
