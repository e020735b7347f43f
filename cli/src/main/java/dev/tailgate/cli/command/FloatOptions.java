package dev.tailgate.cli.command;

import dev.tailgate.engine.RunnerOptions;
import picocli.CommandLine.Option;

/** In which floats a model is measured and quantized. */
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class FloatOptions {
  @Option(
      names = "--to-float32",
      description = {
        "Make a model of float16 or bfloat16 compute in float32: inputs and outputs keep their"
            + " types, weights stay as they are stored. Integer kernels need it, and ONNX Runtime"
            + " has few kernels for 16-bit floats on the CPU."
      })
  private boolean inFloat32;

  /** {@code options} for models as they are to be read. */
  RunnerOptions in(RunnerOptions options) {
    return options.withFloat32(inFloat32);
  }
}
