package dev.tailgate.engine.gradient;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.engine.InferredShapes;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.Differentiated;
import dev.tailgate.onnx.gradient.Gradients;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.ValueInfo;
import dev.tailgate.onnx.method.AttentionRewriter;
import dev.tailgate.onnx.method.Method;
import dev.tailgate.onnx.method.MethodParameters;
import dev.tailgate.onnx.method.MethodValues;
import dev.tailgate.onnx.method.SiteSelection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every method of the list, written into an attention over padded keys, is differentiated, and its
 * gradients are those of differences: of the input, which goes through scores, values and gate, and
 * of every weight that the method brings.
 */
class MethodGradientTest {
  private static final int TOKENS = 5;
  private static final int WIDTH = 6;
  private static final int HEADS = 2;
  private static final int HEAD = WIDTH / HEADS;
  private static final double STEP = 0x1p-10;

  /** Of differences of fourth order in doubles, {@code h^4} and the rounding of values over it. */
  private static final double ROUNDING = 1e-7;

  static List<Arguments> methods() {
    List<Arguments> all = new ArrayList<>();
    for (Method method : Method.values()) {
      if (method != Method.VANILLA && method != Method.SOFTMAX_N) {
        all.add(Arguments.of(method.label(), method, MethodValues.NONE));
      }
    }
    MethodValues none = MethodValues.NONE;
    all.add(of("softmax_n", Method.SOFTMAX_N, none.with(MethodParameters.N, 3.0)));
    MethodValues wide = none.with(MethodParameters.GAMMA, -0.3).with(MethodParameters.ZETA, 1.2);
    all.add(of("clipped_softmax, wide", Method.CLIPPED_SOFTMAX, wide));
    all.add(of("clipped_outeffhop, wide", Method.CLIPPED_OUTEFFHOP, wide));
    all.add(
        of(
            "clipped_softmax per length",
            Method.CLIPPED_SOFTMAX,
            none.with(MethodParameters.ALPHA, 1.0)));
    for (String kind : List.of("linear", "mlp", "all_heads_linear")) {
      MethodValues gate =
          none.with(MethodParameters.GATE, kind).with(MethodParameters.GATE_IDENTITY, false);
      all.add(of("gated_attention, " + kind, Method.GATED_ATTENTION, gate));
    }
    all.add(
        of(
            "outeffhop, three steps",
            Method.OUTEFFHOP,
            none.with(MethodParameters.UPDATE_STEPS, 3).with(MethodParameters.BETA, 0.7)));
    return all;
  }

  private static Arguments of(String name, Method method, MethodValues values) {
    return Arguments.of(name, method, values);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("methods")
  void gradientsAreThoseOfDifferences(String name, Method method, MethodValues values) {
    Random random = new Random(5);
    OnnxModel plain = attention(random);
    OnnxModel rewritten =
        AttentionRewriter.rewrite(plain, method.spec(values, 3), SiteSelection.ALL).model();
    OnnxModel model = withLoss(rewritten, random);
    Map<String, Tensor> feeds = new LinkedHashMap<>();
    feeds.put("x", tensor(random.doubles(TOKENS * WIDTH, -2, 2).toArray(), 1, TOKENS, WIDTH));
    for (String weight : brought(plain, model)) {
      ConstantTensor constant = model.graph().initializers().get(weight);
      long[] shape = constant.dims().stream().mapToLong(Long::longValue).toArray();
      feeds.put(weight, tensor(constant.toDoubles(1000), shape));
      model =
          model
              .edit()
              .removeConstant(weight)
              .addInput(new ValueInfo(weight, ElementType.DOUBLE, Optional.of(Dim.sizes(shape))))
              .commit();
    }
    compare(name, model, feeds);
  }

  /** The weights of a gate: constants of the rewrite that are no single numbers. */
  private static List<String> brought(OnnxModel plain, OnnxModel model) {
    return Gradients.behind(model, "loss").stream()
        .filter(value -> !plain.graph().initializers().containsKey(value) && !value.equals("c"))
        .filter(
            value ->
                Optional.ofNullable(model.graph().initializers().get(value))
                    .filter(constant -> constant.elementCount() > 1)
                    .isPresent())
        .toList();
  }

  private static void compare(String name, OnnxModel model, Map<String, Tensor> feeds) {
    Differentiated differentiated =
        Gradients.of(model, "loss", feeds.keySet(), InferredShapes.of(model, GradientCheck.PLAIN));
    OnnxModel exposed = differentiated.exposed();
    double worst = 0;
    try (ModelRunner runner = ModelRunner.open(exposed, GradientCheck.PLAIN)) {
      Map<String, Tensor> found =
          runner.run(feeds, Set.copyOf(differentiated.gradients().values()));
      for (String variable : feeds.keySet()) {
        double[] gradient =
            GradientCheck.doubles(found.get(differentiated.gradients().get(variable)));
        double[] expected = differences(runner, feeds, variable);
        double scale = Math.max(0.01, Arrays.stream(expected).map(Math::abs).max().orElse(0));
        for (int i = 0; i < gradient.length; i++) {
          double error = Math.abs(gradient[i] - expected[i]) / scale;
          assertThat(error).as("%s: d%s[%d]", name, variable, i).isLessThan(ROUNDING);
          worst = Math.max(worst, error);
        }
      }
    }
    GradientReport.add(name, new GradientCheck.Errors(worst, Double.NaN, Double.NaN));
  }

  private static double[] differences(
      ModelRunner runner, Map<String, Tensor> feeds, String variable) {
    Tensor given = feeds.get(variable);
    double[] derivatives = new double[given.elementCount()];
    for (int i = 0; i < derivatives.length; i++) {
      double near =
          loss(runner, feeds, variable, i, STEP) - loss(runner, feeds, variable, i, -STEP);
      double far =
          loss(runner, feeds, variable, i, 2 * STEP) - loss(runner, feeds, variable, i, -2 * STEP);
      derivatives[i] = (8 * near - far) / (12 * STEP);
    }
    return derivatives;
  }

  private static double loss(
      ModelRunner runner, Map<String, Tensor> feeds, String variable, int i, double by) {
    double[] moved = GradientCheck.doubles(feeds.get(variable));
    moved[i] += by;
    Map<String, Tensor> all = new LinkedHashMap<>(feeds);
    all.put(variable, tensor(moved, feeds.get(variable).shape()));
    return GradientCheck.doubles(runner.run(all, Set.of("loss")).get("loss"))[0];
  }

  private static Tensor tensor(double[] x, long... shape) {
    Tensor tensor = Tensor.allocate(ElementType.DOUBLE, shape);
    Elements.Writer writer = Elements.writer(tensor);
    for (int i = 0; i < x.length; i++) {
      writer.put(i, x[i]);
    }
    return tensor;
  }

  /** An attention of two heads in which the last key is masked. */
  private static OnnxModel attention(Random random) {
    GraphBuilder g = GraphBuilder.on(OnnxModel.blank(18));
    Value x = g.input("x", ElementType.DOUBLE, Dim.of(1), Dim.of(TOKENS), Dim.of(WIDTH));
    Value q = heads(projected(g, x, "q", random)).transpose(0, 2, 1, 3);
    Value k = heads(projected(g, x, "k", random)).transpose(0, 2, 3, 1);
    Value v = heads(projected(g, x, "v", random)).transpose(0, 2, 1, 3);
    double[] mask = new double[TOKENS];
    mask[TOKENS - 1] = -1e4;
    Value hidden = reals(g, "mask", List.of(1L, 1L, 1L, (long) TOKENS), mask);
    Value scores = q.matMul(k).over(Math.sqrt(HEAD)).plus(hidden);
    Value context = scores.softmax(-1).matMul(v).transpose(0, 2, 1, 3).reshape(0, 0, WIDTH);
    return g.output("y", projected(g, context, "o", random)).model();
  }

  private static Value heads(Value rows) {
    return rows.reshape(0, 0, HEADS, HEAD);
  }

  private static Value projected(GraphBuilder g, Value x, String name, Random random) {
    double[] weights = random.doubles(WIDTH * WIDTH, -1, 1).toArray();
    Value w = reals(g, "w" + name, List.of((long) WIDTH, (long) WIDTH), weights);
    double[] biases = random.doubles(WIDTH, -1, 1).toArray();
    return x.matMul(w).plus(reals(g, "b" + name, List.of((long) WIDTH), biases));
  }

  private static Value reals(GraphBuilder g, String name, List<Long> dims, double... values) {
    return g.constant(ConstantTensor.ofReals(name, ElementType.DOUBLE, dims, values));
  }

  private static OnnxModel withLoss(OnnxModel model, Random random) {
    GraphBuilder g = GraphBuilder.on(model);
    double[] weights = random.doubles(TOKENS * WIDTH, -1, 1).toArray();
    Value c = reals(g, "c", List.of(1L, (long) TOKENS, (long) WIDTH), weights);
    return g.output("loss", g.value("y").times(c).sum(0, 1, 2)).model();
  }
}
