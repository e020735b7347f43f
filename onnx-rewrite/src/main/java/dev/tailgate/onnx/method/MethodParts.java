package dev.tailgate.onnx.method;

import dev.tailgate.onnx.rewrite.Clipping;
import dev.tailgate.onnx.rewrite.GateKind;
import dev.tailgate.onnx.rewrite.GateSpec;
import dev.tailgate.onnx.rewrite.Retrieval;
import dev.tailgate.onnx.rewrite.Sink;
import dev.tailgate.onnx.rewrite.SoftmaxSpec;
import java.util.Locale;
import java.util.OptionalDouble;

/** The parts of methods that have parameters, with the defaults of the papers. */
final class MethodParts {
  private static final double PAPER_GAMMA = -0.025;
  private static final double DEFAULT_INIT = 0.5;
  private static final int DEFAULT_HIDDEN = 4;

  private MethodParts() {}

  static SoftmaxSpec softmaxN(MethodValues values) {
    require(values.has(MethodParameters.N), "softmax_n needs --n");
    double n = values.real(MethodParameters.N).orElseThrow();
    require(n >= 0 && Double.isFinite(n), "--n expects a number from 0 on");
    require(n > 0, "softmax_n with --n 0 is softmax, which the model has already");
    return SoftmaxSpec.SOFTMAX.with(new Sink.Logit(Math.log(n)));
  }

  static Clipping clipping(MethodValues values) {
    if (!values.has(MethodParameters.ALPHA)) {
      return new Clipping.Bounds(
          values.real(MethodParameters.GAMMA).orElse(PAPER_GAMMA),
          values.real(MethodParameters.ZETA).orElse(1.0));
    }
    require(
        !values.has(MethodParameters.GAMMA) && !values.has(MethodParameters.ZETA),
        "--alpha takes the place of --gamma and --zeta");
    return new Clipping.PerLength(values.real(MethodParameters.ALPHA).orElseThrow());
  }

  static Retrieval retrieval(MethodValues values) {
    return new Retrieval(
        values.count(MethodParameters.UPDATE_STEPS).orElse(1),
        values.real(MethodParameters.BETA).map(OptionalDouble::of).orElse(OptionalDouble.empty()));
  }

  /** Untrained gates change nothing; trained ones are as they were trained. */
  static GateSpec gate(MethodValues values, long seed) {
    String kind = values.word(MethodParameters.GATE).orElse(GateKind.LINEAR.label());
    require(
        kind.equals(GateKind.MLP.label()) || !values.has(MethodParameters.GATE_HIDDEN),
        "--gate-hidden goes with --gate mlp");
    return new GateSpec(
        GateKind.valueOf(kind.toUpperCase(Locale.ROOT)),
        values.count(MethodParameters.GATE_HIDDEN).orElse(DEFAULT_HIDDEN),
        values.real(MethodParameters.GATE_INIT).orElse(DEFAULT_INIT),
        values
            .isOn(MethodParameters.GATE_IDENTITY)
            .orElse(!values.has(MethodParameters.GATE_WEIGHTS)),
        seed);
  }

  /** Sinks from a file and fitted ones exclude each other, and a mass is a share. */
  static void checkSinks(MethodValues values) {
    boolean fits = values.has(MethodParameters.CALIBRATED_SHIFT);
    require(
        !values.has(MethodParameters.SINK) || !fits,
        "--sink and --calibrated-shift exclude each other");
    double mass = values.real(MethodParameters.CALIBRATED_SHIFT).orElse(DEFAULT_INIT);
    require(mass > 0 && mass < 1, "--calibrated-shift expects a share between 0 and 1");
  }

  static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }
}
