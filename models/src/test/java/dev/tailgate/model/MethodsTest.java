package dev.tailgate.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.engine.InferredShapes;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.attention.AttentionSite;
import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.Differentiated;
import dev.tailgate.onnx.gradient.Gradients;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.layer.ModelMap;
import dev.tailgate.onnx.method.AttentionRewriter;
import dev.tailgate.onnx.method.Method;
import dev.tailgate.onnx.method.MethodParameters;
import dev.tailgate.onnx.method.MethodValues;
import dev.tailgate.onnx.method.RewriteResult;
import dev.tailgate.onnx.method.SiteSelection;
import dev.tailgate.onnx.training.PreparedForTraining;
import dev.tailgate.onnx.weight.Weights;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each method of the families goes into each architecture, and the result can be trained. */
class MethodsTest {
  private static final int TOKENS = 7;
  private static final MethodValues CLIPPED =
      MethodValues.NONE.with(MethodParameters.GAMMA, -0.04).with(MethodParameters.ZETA, 1.1);
  private static final MethodValues CLIPPED_BY_LENGTH =
      MethodValues.NONE.with(MethodParameters.ALPHA, 0.5);
  private static final MethodValues GATED =
      MethodValues.NONE
          .with(MethodParameters.GATE_INIT, 0.25)
          .with(MethodParameters.GATE_IDENTITY, false);

  static Stream<Arguments> methods() {
    return SmallModels.all()
        .flatMap(
            model ->
                Stream.of(
                    of(model, Method.VANILLA, MethodValues.NONE),
                    of(model, Method.OUTEFFHOP, MethodValues.NONE),
                    of(model, Method.CLIPPED_SOFTMAX, CLIPPED),
                    of(model, Method.CLIPPED_OUTEFFHOP, CLIPPED_BY_LENGTH),
                    of(model, Method.GATED_ATTENTION, GATED),
                    of(model, Method.GATED_OUTEFFHOP, GATED)));
  }

  private static Arguments of(Arguments model, Method method, MethodValues values) {
    return Arguments.of(model.get()[0] + ", " + method.label(), model.get()[1], method, values);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("methods")
  void everyWeightGetsAGradient(
      String name, Architecture architecture, Method method, MethodValues values) {
    OnnxModel vanilla = architecture.build(1);
    OnnxModel model = method == Method.VANILLA ? vanilla : rewritten(vanilla, method, values);
    Set<String> weights = Weights.of(model.graph()).keySet();
    Set<String> brought = new TreeSet<>(weights);
    brought.removeAll(Weights.of(vanilla.graph()).keySet());
    int sites = ModelMap.of(vanilla).attention().count();
    // A gate has a weight and a bias.
    assertThat(brought).hasSize(method.isGated() ? 2 * sites : 0);
    assertThat(weights).containsAll(Weights.of(vanilla.graph()).keySet());

    Map<String, double[]> gradients = gradients(model, weights);
    double largest = gradients.values().stream().mapToDouble(MethodsTest::largest).max().orElse(0);
    gradients.forEach(
        (weight, gradient) -> {
          assertThat(gradient).as(weight).doesNotContain(Double.NaN).hasSizeGreaterThan(1);
          // What is added to all keys alike does not change a softmax.
          boolean mayBeZero = weight.endsWith("key.bias") && !method.label().endsWith("outeffhop");
          if (!mayBeZero) {
            // Behind a clip little passes; a weight that nothing reads has exactly 0.
            assertThat(largest(gradient)).as(weight).isGreaterThan(1e-9 * largest);
          }
        });
  }

  private static OnnxModel rewritten(OnnxModel vanilla, Method method, MethodValues values) {
    RewriteResult result =
        AttentionRewriter.rewrite(vanilla, method.spec(values, 1), SiteSelection.ALL);
    List<AttentionSite> sites = ModelMap.of(result.model()).attention().sites();
    assertThat(result.rewritten()).isEqualTo(ModelMap.of(vanilla).attention().count());
    assertThat(sites).hasSize(result.rewritten());
    assertThat(sites).extracting(AttentionSite::normaliser).containsOnly(method.kind());
    assertThat(sites).allMatch(site -> site.gate().isPresent() == method.isGated());
    return result.model();
  }

  /** The gradients of a random mixture of the logits. */
  private static Map<String, double[]> gradients(OnnxModel model, Set<String> weights) {
    OnnxModel prepared = PreparedForTraining.of(model).trained();
    GraphBuilder g = GraphBuilder.on(prepared);
    Value logits = g.value(model.graph().outputs().get(0).name());
    Random random = new Random(2);
    int width = logitsWidth(model);
    float[] mixture = new float[width];
    for (int i = 0; i < width; i++) {
      mixture[i] = (float) random.nextGaussian();
    }
    Value c = g.constant(ConstantTensor.ofFloats("mixture", List.of((long) width), mixture));
    Value loss = g.node("ReduceSum", logits.times(c)).with("keepdims", 0).value();
    OnnxModel withLoss = g.output("loss", loss).model();
    Differentiated backward =
        Gradients.of(withLoss, "loss", weights, InferredShapes.of(withLoss, RunnerOptions.DEFAULT));
    try (ModelRunner runner = ModelRunner.open(backward.exposed(), RunnerOptions.DEFAULT)) {
      Map<String, Tensor> found =
          runner.run(SmallModels.inputs(model, TOKENS), Set.copyOf(backward.gradients().values()));
      Map<String, double[]> gradients = new TreeMap<>();
      backward
          .gradients()
          .forEach((weight, value) -> gradients.put(weight, doubles(found.get(value).toFloats())));
      assertThat(gradients.keySet()).isEqualTo(new TreeSet<>(weights));
      return gradients;
    }
  }

  private static int logitsWidth(OnnxModel model) {
    List<Dim> dims = model.graph().outputs().get(0).shape().orElseThrow();
    return Math.toIntExact(((Dim.Known) dims.get(dims.size() - 1)).size());
  }

  private static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    for (int i = 0; i < doubles.length; i++) {
      doubles[i] = values[i];
    }
    return doubles;
  }

  private static double largest(double[] values) {
    return Arrays.stream(values).map(Math::abs).max().orElse(0);
  }
}
