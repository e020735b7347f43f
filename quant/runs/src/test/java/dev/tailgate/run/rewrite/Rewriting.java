package dev.tailgate.run.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.engine.ExecutionProvider;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.RunnerOptions.Optimization;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.attention.AttentionFinder;
import dev.tailgate.onnx.attention.AttentionReport;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.HalfFloat;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.rewrite.Decision;
import dev.tailgate.onnx.rewrite.Effect;
import dev.tailgate.onnx.rewrite.NormaliserSpec;
import dev.tailgate.onnx.rewrite.RewriteScope;
import dev.tailgate.onnx.rewrite.fused.OperatorRule;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.assertj.core.data.Offset;

/** Applies a rule and runs what comes out. */
final class Rewriting {
  /**
   * Float32 keeps 24 bits: sums of a few dozen numbers of size 1, and an exponential of scores up
   * to 10, are good to some 1e-6; ten times that for an unlucky order.
   */
  static final double TOLERANCE = 1e-5;

  /** A graph as it is written and as ONNX Runtime fuses it again. */
  static final List<Optimization> LEVELS = List.of(Optimization.NONE, Optimization.FLOAT_ONLY);

  private Rewriting() {}

  /** {@code model} with {@code rule} applied to its first {@code op}. */
  static OnnxModel apply(OnnxModel model, String op, OperatorRule rule, NormaliserSpec spec) {
    RewriteScope scope = RewriteScope.open(model, "test", 0);
    OnnxNode node =
        model.graph().nodes().stream().filter(n -> n.opType().equals(op)).findFirst().orElseThrow();
    assertThat(rule.examine(scope, node, spec)).isEqualTo(Decision.applies());
    rule.apply(scope, node, spec);
    OnnxModel rewritten = scope.commit();
    if (rule.effect() == Effect.EQUIVALENT) {
      AttentionReport report = AttentionFinder.find(rewritten);
      assertThat(report.notSites()).isEmpty();
      assertThat(report.sites()).hasSize(1);
    }
    return rewritten;
  }

  static Map<String, Tensor> run(OnnxModel model, Map<String, Tensor> feeds, Optimization level) {
    RunnerOptions options = new RunnerOptions(ExecutionProvider.CPU, 1, level);
    try (ModelRunner runner = ModelRunner.open(model, options)) {
      return runner.run(
          feeds, model.graph().outputs().stream().map(o -> o.name()).collect(Collectors.toSet()));
    }
  }

  /** Both models give the same outputs. */
  static void assertAgree(OnnxModel before, OnnxModel after, Map<String, Tensor> feeds) {
    Map<String, Tensor> expected = run(before, feeds, Optimization.NONE);
    for (Optimization level : LEVELS) {
      Map<String, Tensor> found = run(after, feeds, level);
      assertThat(found.keySet()).isEqualTo(expected.keySet());
      expected.forEach((name, tensor) -> assertAlike(found.get(name), tensor));
    }
  }

  static void assertClose(Tensor found, double[] expected) {
    assertThat(found.type()).isEqualTo(ElementType.FLOAT);
    assertWithin(found.toFloats(), expected, TOLERANCE);
  }

  /**
   * The outputs of two ways to compute a whole model. Float16 keeps 11 bits, which several layers
   * of rounding in another order may take some of.
   */
  static void assertAlike(Tensor found, Tensor expected) {
    assertThat(found.type()).isEqualTo(expected.type());
    assertThat(found.shape()).isEqualTo(expected.shape());
    if (expected.type() == ElementType.FLOAT) {
      assertWithin(found.toFloats(), doubles(expected), TOLERANCE);
    } else if (expected.type() == ElementType.FLOAT16) {
      assertWithin(halves(found), toDoubles(halves(expected)), 0.01);
    } else {
      assertThat(found).isEqualTo(expected);
    }
  }

  /** Within {@code tolerance}, relative where numbers exceed 1. */
  private static void assertWithin(float[] found, double[] expected, double tolerance) {
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      double size = Double.isFinite(expected[i]) ? Math.max(1, Math.abs(expected[i])) : 1;
      assertThat((double) found[i])
          .as("element %d", i)
          .isCloseTo(expected[i], Offset.offset(tolerance * size));
    }
  }

  private static double[] doubles(Tensor tensor) {
    assertThat(tensor.type()).isEqualTo(ElementType.FLOAT);
    return toDoubles(tensor.toFloats());
  }

  private static double[] toDoubles(float[] floats) {
    double[] numbers = new double[floats.length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = floats[i];
    }
    return numbers;
  }

  private static float[] halves(Tensor tensor) {
    float[] floats = new float[tensor.elementCount()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = HalfFloat.toFloat(tensor.data().getShort(2 * i));
    }
    return floats;
  }
}
