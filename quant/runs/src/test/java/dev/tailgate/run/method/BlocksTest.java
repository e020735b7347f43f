package dev.tailgate.run.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.attention.AttentionFinder;
import dev.tailgate.onnx.attention.Normaliser;
import dev.tailgate.onnx.attention.SiteGate;
import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.ModelException;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.kit.Attentions;
import dev.tailgate.onnx.kit.Models;
import dev.tailgate.onnx.kit.Weights;
import dev.tailgate.onnx.method.AttentionRewriter;
import dev.tailgate.onnx.method.Method;
import dev.tailgate.onnx.method.MethodSpec;
import dev.tailgate.onnx.method.RewriteResult;
import dev.tailgate.onnx.method.SiteSelection;
import dev.tailgate.onnx.rewrite.GateKind;
import dev.tailgate.onnx.rewrite.GateSpec;
import dev.tailgate.onnx.rewrite.GateWeights;
import dev.tailgate.onnx.rewrite.Retrieval;
import dev.tailgate.onnx.rewrite.Sink;
import dev.tailgate.onnx.rewrite.SoftmaxSpec;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole attentions with projections: what needs heads and hidden states, in doubles beside. */
class BlocksTest {
  private static final int B = 2;
  private static final int T = 5;
  private static final int D = 8;
  private static final int H = 2;
  private static final int W = D / H;

  /** Float32 keeps 24 bits; four chained products of width 8 lose some five of them. */
  private static final double TOLERANCE = 5e-6;

  /** Each update multiplies what rounding left by the inverse temperature times the keys. */
  private static final double STEPS_TOLERANCE = 5e-5;

  private final float[] x = input();

  private static float[] input() {
    Random random = new Random(3);
    float[] values = new float[B * T * D];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private Map<String, Tensor> feeds() {
    return Map.of("x", Tensor.ofFloats(x, B, T, D));
  }

  private static OnnxModel model(int opset) {
    GraphBuilder g = Models.opset(opset);
    Weights weights = Weights.normal(g, new Random(7), 0.5);
    return Models.of(g, Attentions.selfAttention(hidden(g), weights, "", D, H, opset));
  }

  private static Value hidden(GraphBuilder g) {
    return g.input("x", ElementType.FLOAT, Dim.of("batch"), Dim.of("tokens"), Dim.of(D));
  }

  private static double[] weight(OnnxModel model, String name) {
    ConstantTensor tensor = model.graph().constant(name).orElseThrow();
    return tensor.toDoubles(D * D);
  }

  /** {@code rows [n, D] weight [D, D]}. */
  private static double[][] times(double[][] rows, double[] weight) {
    double[][] out = new double[rows.length][D];
    for (int r = 0; r < rows.length; r++) {
      for (int i = 0; i < D; i++) {
        for (int o = 0; o < D; o++) {
          out[r][o] += rows[r][i] * weight[i * D + o];
        }
      }
    }
    return out;
  }

  /** What a head with its sinks, updates and gates gives, in doubles. */
  private record Head(IntToDoubleFunction sink, int steps, double beta, Gate gate) {
    interface Gate {
      double of(int head, double[] hidden);
    }
  }

  private double[] expected(OnnxModel model, Head head) {
    double[] out = new double[B * T * D];
    for (int b = 0; b < B; b++) {
      double[][] hidden = new double[T][D];
      for (int i = 0; i < T * D; i++) {
        hidden[i / D][i % D] = x[b * T * D + i];
      }
      double[][] query = times(hidden, weight(model, "wq"));
      double[][] key = times(hidden, weight(model, "wk"));
      double[][] value = times(hidden, weight(model, "wv"));
      double[][] context = new double[T][D];
      for (int h = 0; h < H; h++) {
        for (int t = 0; t < T; t++) {
          double[] probs = retrieve(query[t], key, h, head);
          double gate = head.gate().of(h, hidden[t]);
          for (int s = 0; s < T; s++) {
            for (int w = 0; w < W; w++) {
              context[t][h * W + w] += gate * probs[s] * value[s][h * W + w];
            }
          }
        }
      }
      double[][] projected = times(context, weight(model, "wo"));
      for (int i = 0; i < T * D; i++) {
        out[b * T * D + i] = projected[i / D][i % D];
      }
    }
    return out;
  }

  private static double[] retrieve(double[] query, double[][] key, int h, Head head) {
    double[] state = java.util.Arrays.copyOfRange(query, h * W, h * W + W);
    double[] probs = new double[key.length];
    for (int step = 0; step < head.steps(); step++) {
      double[] scores = new double[key.length];
      for (int s = 0; s < key.length; s++) {
        for (int w = 0; w < W; w++) {
          scores[s] += head.beta() * state[w] * key[s][h * W + w];
        }
      }
      probs = Reference.normalised(scores, head.sink().applyAsDouble(h));
      state = new double[W];
      for (int s = 0; s < key.length; s++) {
        for (int w = 0; w < W; w++) {
          state[w] += probs[s] * key[s][h * W + w];
        }
      }
    }
    return probs;
  }

  private static final double SCALE = 1 / Math.sqrt(W);

  private static Head plain(IntToDoubleFunction sink) {
    return new Head(sink, 1, SCALE, (h, hidden) -> 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {9, 13, 18, 23})
  void eachHeadHasItsOwnSink(int opset) {
    OnnxModel model = model(opset);
    double[] sinks = {-1.5, 2};
    MethodSpec spec =
        MethodSpec.of(Method.OUTEFFHOP, SoftmaxSpec.SOFTMAX1)
            .withSinks(Map.of(0, new Sink.PerHead(sinks)));
    MethodTester.rewriting(model, spec)
        .computes(feeds(), expected(model, plain(h -> Math.exp(sinks[h]))), TOLERANCE);
  }

  @Test
  void aSinkOfMinusManyIsSoftmaxAgain() {
    OnnxModel model = model(17);
    MethodSpec spec =
        MethodSpec.of(
            Method.OUTEFFHOP, new SoftmaxSpec(Optional.of(new Sink.Logit(-60)), Optional.empty()));
    MethodTester.rewriting(model, spec).computesTheSame(feeds(), 1e-6);
  }

  @Test
  void aSinkForAnotherNumberOfHeadsIsRefused() {
    MethodSpec spec =
        MethodSpec.of(Method.OUTEFFHOP, SoftmaxSpec.SOFTMAX1)
            .withSinks(Map.of(0, new Sink.PerHead(new double[] {0, 0, 0})));
    assertThatThrownBy(() -> AttentionRewriter.rewrite(model(17), spec, SiteSelection.ALL))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("3 logits for 2 heads");
  }

  @ParameterizedTest
  @EnumSource(GateKind.class)
  void anUntrainedGateWithItsFactorChangesNothing(GateKind kind) {
    GateSpec gate = new GateSpec(kind, 4, 0.25, true, 1);
    for (int opset : new int[] {9, 13, 21}) {
      MethodSpec spec =
          MethodSpec.gated(Method.GATED_ATTENTION, SoftmaxSpec.SOFTMAX, gate, Map.of());
      MethodTester.rewriting(model(opset), spec)
          .by("gate the context")
          .computesTheSame(feeds(), TOLERANCE);
    }
  }

  @ParameterizedTest
  @EnumSource(GateKind.class)
  void anUntrainedGateIsItsInitialValueEverywhere(GateKind kind) {
    OnnxModel model = model(17);
    MethodSpec spec =
        MethodSpec.gated(
            Method.GATED_ATTENTION,
            SoftmaxSpec.SOFTMAX,
            new GateSpec(kind, 4, 0.25, false, 1),
            Map.of());
    Head quarter = new Head(h -> 0, 1, SCALE, (h, hidden) -> 0.25);
    MethodTester.rewriting(model, spec).computes(feeds(), expected(model, quarter), TOLERANCE);
  }

  private static double[] normal(int size, long seed) {
    Random random = new Random(seed);
    double[] values = new double[size];
    for (int i = 0; i < size; i++) {
      values[i] = random.nextGaussian();
    }
    return values;
  }

  private static double sigmoid(double z) {
    return 1 / (1 + Math.exp(-z));
  }

  private void gated(GateKind kind, GateWeights weights, Head.Gate gate) {
    OnnxModel model = model(17);
    MethodSpec spec =
        MethodSpec.gated(
            Method.GATED_OUTEFFHOP,
            SoftmaxSpec.SOFTMAX1,
            new GateSpec(kind, 3, 0.5, false, 1),
            Map.of(0, weights));
    MethodTester tester =
        MethodTester.rewriting(model, spec).by("replace the normaliser", "gate the context");
    tester.computes(feeds(), expected(model, new Head(h -> 1, 1, SCALE, gate)), TOLERANCE);
    assertThat(AttentionFinder.find(tester.model()).sites())
        .singleElement()
        .satisfies(site -> assertThat(site.gate()).map(SiteGate::kind).contains(kind.label()));
  }

  @Test
  void trainedLinearGatesReadTheHeadsPartOfTheHiddenState() {
    double[] weight = normal(H * W, 1);
    double[] bias = normal(H, 2);
    gated(
        GateKind.LINEAR,
        new GateWeights.Linear(weight, bias, W),
        (h, hidden) -> {
          double z = bias[h];
          for (int w = 0; w < W; w++) {
            z += hidden[h * W + w] * weight[h * W + w];
          }
          return sigmoid(z);
        });
  }

  @Test
  void trainedGatesOfAllHeadsReadTheWholeHiddenState() {
    double[] weight = normal(H * D, 3);
    double[] bias = normal(H, 4);
    gated(
        GateKind.ALL_HEADS_LINEAR,
        new GateWeights.Linear(weight, bias, D),
        (h, hidden) -> {
          double z = bias[h];
          for (int d = 0; d < D; d++) {
            z += hidden[d] * weight[h * D + d];
          }
          return sigmoid(z);
        });
  }

  @Test
  void trainedMlpGatesHaveAHiddenLayerForEachHead() {
    int n = 3;
    double[] first = normal(H * W * n, 5);
    double[] firstBias = normal(H * n, 6);
    double[] second = normal(H * n, 7);
    double[] bias = normal(H, 8);
    gated(
        GateKind.MLP,
        new GateWeights.Mlp(first, firstBias, second, bias, W, n),
        (h, hidden) -> {
          double z = bias[h];
          for (int j = 0; j < n; j++) {
            double inner = firstBias[h * n + j];
            for (int w = 0; w < W; w++) {
              inner += hidden[h * W + w] * first[(h * W + w) * n + j];
            }
            z += Math.max(0, inner) * second[h * n + j];
          }
          return sigmoid(z);
        });
  }

  @Test
  void gatesOfTheWrongWidthAreRefused() {
    MethodSpec spec =
        MethodSpec.gated(
            Method.GATED_ATTENTION,
            SoftmaxSpec.SOFTMAX,
            new GateSpec(GateKind.LINEAR, 4, 0.5, false, 1),
            Map.of(0, new GateWeights.Linear(new double[6], new double[2], 3)));
    assertThatThrownBy(() -> AttentionRewriter.rewrite(model(17), spec, SiteSelection.ALL))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("the gate reads 3 numbers");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void updateStepsIterateTheRetrievalBeforeValuesAreRead(int steps) {
    OnnxModel model = model(17);
    double beta = 1.3;
    MethodSpec spec =
        MethodSpec.of(Method.OUTEFFHOP, SoftmaxSpec.SOFTMAX1)
            .withRetrieval(new Retrieval(steps, OptionalDouble.of(beta)));
    MethodTester.rewriting(model, spec)
        .computes(
            feeds(), expected(model, new Head(h -> 1, steps, beta, (h, z) -> 1)), STEPS_TOLERANCE);
  }

  @Test
  void updateStepsKeepTheScaleOfTheModelWithoutABeta() {
    OnnxModel model = model(17);
    MethodSpec spec =
        MethodSpec.of(Method.OUTEFFHOP, SoftmaxSpec.SOFTMAX1)
            .withRetrieval(new Retrieval(3, OptionalDouble.empty()));
    MethodTester.rewriting(model, spec)
        .computes(
            feeds(), expected(model, new Head(h -> 1, 3, SCALE, (h, z) -> 1)), STEPS_TOLERANCE);
  }

  @Test
  void onlySelectedSitesChange() {
    GraphBuilder g = Models.opset(17);
    Value hidden = hidden(g);
    Weights weights = Weights.normal(g, new Random(7), 0.5);
    Value first = Attentions.selfAttention(hidden, weights, "a", D, H, 17);
    OnnxModel model = Models.of(g, Attentions.selfAttention(first, weights, "b", D, H, 17));
    MethodSpec spec = MethodSpec.of(Method.OUTEFFHOP, SoftmaxSpec.SOFTMAX1);
    RewriteResult result = AttentionRewriter.rewrite(model, spec, SiteSelection.parse("1"));
    assertThat(AttentionFinder.find(result.model()).sites())
        .extracting(site -> site.normaliser())
        .containsExactly(Normaliser.SOFTMAX, Normaliser.SOFTMAX1);
    assertThat(result.model().metadata()).containsEntry("tailgate.method", "outeffhop at sites 1");
    assertThat(result.rewritten()).isEqualTo(1);
  }

  @Test
  void oneMethodOnTopOfAnotherIsTakenBackToTheStart() {
    OnnxModel model = model(17);
    MethodSpec softmax1 = MethodSpec.of(Method.OUTEFFHOP, SoftmaxSpec.SOFTMAX1);
    OnnxModel once = AttentionRewriter.rewrite(model, softmax1, SiteSelection.ALL).model();
    MethodSpec gated =
        MethodSpec.gated(
            Method.GATED_ATTENTION,
            SoftmaxSpec.SOFTMAX,
            new GateSpec(GateKind.LINEAR, 4, 0.5, false, 1),
            Map.of());
    OnnxModel twice = AttentionRewriter.rewrite(once, gated, SiteSelection.ALL).model();
    MethodSpec clipped =
        MethodSpec.of(
            Method.CLIPPED_OUTEFFHOP,
            SoftmaxSpec.SOFTMAX1.clipped(new dev.tailgate.onnx.rewrite.Clipping.Bounds(-0.1, 1)));
    OnnxModel thrice = AttentionRewriter.rewrite(twice, clipped, SiteSelection.ALL).model();
    MethodSpec vanilla = MethodSpec.of(Method.VANILLA, SoftmaxSpec.SOFTMAX);
    OnnxModel restored = AttentionRewriter.rewrite(thrice, vanilla, SiteSelection.ALL).model();
    assertThat(MethodTester.run(restored, feeds(), NO_OPTIMISATION))
        .isEqualTo(MethodTester.run(model, feeds(), NO_OPTIMISATION));
    assertThat(restored.graph().nodes()).hasSameSizeAs(model.graph().nodes());
  }

  private static final dev.tailgate.engine.RunnerOptions.Optimization NO_OPTIMISATION =
      dev.tailgate.engine.RunnerOptions.Optimization.NONE;

  @Test
  void aGateIsAddedToWhatHasTheNormaliserAlready() {
    OnnxModel model = model(17);
    MethodSpec softmax1 = MethodSpec.of(Method.OUTEFFHOP, SoftmaxSpec.SOFTMAX1);
    OnnxModel once = AttentionRewriter.rewrite(model, softmax1, SiteSelection.ALL).model();
    MethodSpec gated =
        MethodSpec.gated(
            Method.GATED_OUTEFFHOP,
            SoftmaxSpec.SOFTMAX1,
            new GateSpec(GateKind.LINEAR, 4, 0.5, true, 1),
            Map.of());
    MethodTester tester = rewritingAgain(once, gated);
    tester.by("gate the context").computes(feeds(), expected(model, plain(h -> 1)), TOLERANCE);
  }

  /** A model that was rewritten before; taking back goes further than this rewrite. */
  private static MethodTester rewritingAgain(OnnxModel model, MethodSpec spec) {
    return MethodTester.unchecked(model, AttentionRewriter.rewrite(model, spec, SiteSelection.ALL));
  }

  @Test
  void nothingRecordedCannotBeTakenBack() {
    MethodSpec vanilla = MethodSpec.of(Method.VANILLA, SoftmaxSpec.SOFTMAX);
    assertThatThrownBy(() -> AttentionRewriter.rewrite(model(17), vanilla, SiteSelection.ALL))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("recorded in the model, found none");
  }
}
