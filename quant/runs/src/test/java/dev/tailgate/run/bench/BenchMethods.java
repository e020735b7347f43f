package dev.tailgate.run.bench;

import dev.tailgate.onnx.method.Method;
import dev.tailgate.onnx.method.MethodSpec;
import dev.tailgate.onnx.rewrite.Clipping;
import dev.tailgate.onnx.rewrite.GateKind;
import dev.tailgate.onnx.rewrite.GateSpec;
import dev.tailgate.onnx.rewrite.NormaliserSpec;
import dev.tailgate.onnx.rewrite.Retrieval;
import dev.tailgate.onnx.rewrite.Sink;
import java.util.Map;
import java.util.Optional;

/** Every method with the parameters that the command line takes where nothing is said. */
final class BenchMethods {
  private BenchMethods() {}

  static MethodSpec spec(Method method) {
    Optional<Sink> sink =
        method.hasSink()
            ? Optional.of(method == Method.SOFTMAX_N ? new Sink.Logit(Math.log(4)) : Sink.ZERO)
            : Optional.empty();
    Optional<Clipping> clipping =
        method.isClipped() ? Optional.of(new Clipping.Bounds(-0.025, 1)) : Optional.empty();
    Optional<GateSpec> gate =
        method.isGated()
            ? Optional.of(new GateSpec(GateKind.LINEAR, 4, 0.5, true, 0))
            : Optional.empty();
    return new MethodSpec(
        method,
        new NormaliserSpec(sink, clipping),
        Map.of(),
        gate,
        Map.of(),
        Retrieval.ONCE,
        Optional.empty());
  }
}
