package dev.tailgate.run.bench;

import dev.tailgate.onnx.method.Method;
import dev.tailgate.onnx.method.MethodParameters;
import dev.tailgate.onnx.method.MethodSpec;
import dev.tailgate.onnx.method.MethodValues;

/** Every method with the parameters that the command line takes where nothing is said. */
final class BenchMethods {
  private BenchMethods() {}

  static MethodSpec spec(Method method) {
    return method.spec(
        method == Method.SOFTMAX_N
            ? MethodValues.NONE.with(MethodParameters.N, 4.0)
            : MethodValues.NONE,
        0);
  }
}
