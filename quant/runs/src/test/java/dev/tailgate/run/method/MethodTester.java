package dev.tailgate.run.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.engine.ExecutionProvider;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.RunnerOptions.Optimization;
import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.ModelException;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.method.AttentionRewriter;
import dev.tailgate.onnx.method.MethodSpec;
import dev.tailgate.onnx.method.RewriteResult;
import dev.tailgate.onnx.method.SiteOutcome;
import dev.tailgate.onnx.method.SiteSelection;
import dev.tailgate.onnx.rewrite.SoftmaxSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.assertj.core.data.Offset;

/**
 * A rewrite under test. Whatever else a test claims, each one checks that the input model is
 * untouched, that ONNX Runtime loads the result with and without optimisation, that inputs and
 * outputs are the same, that a second application finds nothing, that two runs give equal bytes,
 * and that the rewrite can be taken back.
 */
final class MethodTester {
  private final OnnxModel original;
  private final RewriteResult result;

  private MethodTester(OnnxModel original, RewriteResult result) {
    this.original = original;
    this.result = result;
  }

  /** Without the checks that only hold for a first rewrite. */
  static MethodTester unchecked(OnnxModel original, RewriteResult result) {
    return new MethodTester(original, result);
  }

  static MethodTester rewriting(OnnxModel model, MethodSpec spec) {
    return rewriting(model, spec, SiteSelection.ALL);
  }

  static MethodTester rewriting(OnnxModel model, MethodSpec spec, SiteSelection selection) {
    byte[] before = model.toSessionBytes();
    RewriteResult result = AttentionRewriter.rewrite(model, spec, selection);
    assertThat(model.toSessionBytes()).as("the input model").isEqualTo(before);
    assertThat(result.model().graph().inputs()).isEqualTo(model.graph().inputs());
    assertThat(result.model().graph().outputs()).isEqualTo(model.graph().outputs());
    assertThat(AttentionRewriter.rewrite(model, spec, selection).model().toSessionBytes())
        .as("a second run")
        .isEqualTo(result.model().toSessionBytes());
    for (Optimization level : List.of(Optimization.NONE, Optimization.FULL)) {
      try (ModelRunner runner = ModelRunner.open(result.model(), options(level))) {
        assertThat(runner).isNotNull();
      }
    }
    if (!spec.retrieval().changesScores()) {
      assertThatThrownBy(() -> AttentionRewriter.rewrite(result.model(), spec, selection))
          .as("a second application")
          .isInstanceOf(ModelException.class)
          .hasMessageContaining("already");
    }
    OnnxModel restored =
        AttentionRewriter.rewrite(
                result.model(),
                MethodSpec.of(dev.tailgate.onnx.method.Method.VANILLA, SoftmaxSpec.SOFTMAX),
                SiteSelection.ALL)
            .model();
    assertThat(wiring(restored)).as("the model restored").isEqualTo(wiring(model));
    assertThat(restored.graph().initializers().keySet())
        .isEqualTo(model.graph().initializers().keySet());
    assertThat(restored.metadata()).isEqualTo(model.metadata());
    return new MethodTester(model, result);
  }

  private static List<String> wiring(OnnxModel model) {
    List<String> lines = new ArrayList<>();
    for (OnnxNode node : model.graph().nodes()) {
      lines.add(node.opType() + node.inputs() + node.outputs());
      node.subgraphs()
          .forEach(
              body ->
                  body.nodes()
                      .forEach(n -> lines.add("  " + n.opType() + n.inputs() + n.outputs())));
    }
    model
        .functions()
        .forEach(
            f ->
                f.body()
                    .nodes()
                    .forEach(n -> lines.add(f.name() + n.opType() + n.inputs() + n.outputs())));
    return lines.stream().sorted().toList();
  }

  static RunnerOptions options(Optimization level) {
    return new RunnerOptions(ExecutionProvider.CPU, 1, level);
  }

  OnnxModel model() {
    return result.model();
  }

  /** All sites were rewritten by these rules. */
  MethodTester by(String... rules) {
    assertThat(result.sites())
        .isNotEmpty()
        .allSatisfy(
            site ->
                assertThat(site.outcome())
                    .isInstanceOfSatisfying(
                        SiteOutcome.Rewritten.class,
                        done -> assertThat(done.rules()).containsExactly(rules)));
    return this;
  }

  /** The first output for {@code feeds} is {@code expected}, with and without optimisation. */
  MethodTester computes(Map<String, Tensor> feeds, double[] expected, double tolerance) {
    for (Optimization level : List.of(Optimization.NONE, Optimization.FLOAT_ONLY)) {
      double[] found = run(result.model(), feeds, level);
      assertThat(found).hasSameSizeAs(expected);
      for (int i = 0; i < found.length; i++) {
        assertThat(found[i])
            .as("element %d at %s", i, level)
            .isCloseTo(expected[i], Offset.offset(tolerance * Math.max(1, Math.abs(expected[i]))));
      }
    }
    return this;
  }

  /** The rewritten model gives what the original gives. */
  MethodTester computesTheSame(Map<String, Tensor> feeds, double tolerance) {
    return computes(feeds, run(original, feeds, Optimization.NONE), tolerance);
  }

  /** The first output. */
  static double[] run(OnnxModel model, Map<String, Tensor> feeds, Optimization level) {
    String output = model.graph().outputs().get(0).name();
    try (ModelRunner runner = ModelRunner.open(model, options(level))) {
      Map<String, Tensor> outputs =
          runner.run(
              feeds,
              model.graph().outputs().stream().map(o -> o.name()).collect(Collectors.toSet()));
      float[] floats = Elements.toFloats(java.util.Objects.requireNonNull(outputs.get(output)));
      double[] numbers = new double[floats.length];
      for (int i = 0; i < floats.length; i++) {
        numbers[i] = floats[i];
      }
      return numbers;
    }
  }
}
