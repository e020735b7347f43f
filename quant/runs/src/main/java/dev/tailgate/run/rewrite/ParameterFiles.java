package dev.tailgate.run.rewrite;

import dev.tailgate.onnx.method.MethodSpec;
import dev.tailgate.onnx.rewrite.GateSpec;
import java.nio.file.Path;
import java.util.Optional;

/** Trained parameters of a method, read from the files a user names. */
public final class ParameterFiles {
  private ParameterFiles() {}

  /**
   * The method with what the files hold in the place of its own.
   *
   * @throws dev.tailgate.engine.tensor.DataException for files that hold something else
   */
  public static MethodSpec applied(MethodSpec spec, Optional<Path> sinks, Optional<Path> gates) {
    MethodSpec result = spec;
    if (sinks.isPresent()) {
      result = result.withSinks(SinkFile.read(sinks.get()));
    }
    if (gates.isPresent()) {
      GateSpec gate = spec.gate().orElseThrow();
      result = result.withGateWeights(GateWeightsFile.read(gates.get(), gate.kind()));
    }
    return result;
  }
}
