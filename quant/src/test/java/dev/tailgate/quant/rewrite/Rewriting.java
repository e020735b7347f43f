package dev.tailgate.quant.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.onnx.attention.AttentionFinder;
import dev.tailgate.onnx.attention.AttentionReport;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.rewrite.Decision;
import dev.tailgate.onnx.rewrite.Effect;
import dev.tailgate.onnx.rewrite.FusedRule;
import dev.tailgate.onnx.rewrite.NormaliserSpec;
import dev.tailgate.onnx.rewrite.RewriteScope;
import dev.tailgate.quant.data.Tensor;
import dev.tailgate.quant.runtime.ExecutionProvider;
import dev.tailgate.quant.runtime.ModelRunner;
import dev.tailgate.quant.runtime.RunnerOptions;
import dev.tailgate.quant.runtime.RunnerOptions.Optimization;
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
  static OnnxModel apply(OnnxModel model, String op, FusedRule rule, NormaliserSpec spec) {
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
      expected.forEach((name, tensor) -> assertClose(found.get(name), numbers(tensor)));
    }
  }

  static void assertClose(Tensor found, double[] expected) {
    assertThat(numbers(found)).usingComparatorWithPrecision(TOLERANCE).containsExactly(expected);
  }

  private static double[] numbers(Tensor tensor) {
    assertThat(tensor.type()).isEqualTo(ElementType.FLOAT);
    float[] floats = tensor.toFloats();
    double[] numbers = new double[floats.length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = floats[i];
    }
    return numbers;
  }

  static Offset<Double> tolerance() {
    return Offset.offset(TOLERANCE);
  }
}
