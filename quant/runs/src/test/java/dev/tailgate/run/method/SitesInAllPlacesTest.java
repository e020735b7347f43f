package dev.tailgate.run.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.engine.tensor.Tensor;
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
import dev.tailgate.onnx.method.SiteSelection;
import dev.tailgate.onnx.rewrite.Clipping;
import dev.tailgate.onnx.rewrite.SoftmaxSpec;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One attention, written in the ways exporters write it, wherever it lies in a model. */
class SitesInAllPlacesTest {
  private static final int B = 2;
  private static final int H = 3;
  private static final int T = 4;
  private static final int S = 5;
  private static final int D = 6;

  /** Float32 keeps 24 bits; a few dozen sums of numbers of size 1 lose some five of them. */
  private static final double TOLERANCE = 3e-6;

  private static final MethodSpec OUTEFFHOP = MethodSpec.of(Method.OUTEFFHOP, SoftmaxSpec.SOFTMAX1);

  private final Random random = new Random(11);
  private final float[] q = normal(B * H * T * D);
  private final float[] k = normal(B * H * D * S);
  private final float[] v = normal(B * H * S * D);

  private float[] normal(int size) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private Map<String, Tensor> feeds(boolean folded) {
    Map<String, Tensor> feeds = new HashMap<>();
    feeds.put("q", folded ? Tensor.ofFloats(q, B * H, T, D) : Tensor.ofFloats(q, B, H, T, D));
    feeds.put("k", folded ? Tensor.ofFloats(k, B * H, D, S) : Tensor.ofFloats(k, B, H, D, S));
    feeds.put("v", folded ? Tensor.ofFloats(v, B * H, S, D) : Tensor.ofFloats(v, B, H, S, D));
    return feeds;
  }

  /** Softmax1 attention in doubles; keys that {@code masked} says are left out. */
  private double[] expected(double scale, boolean[] masked) {
    double[] out = new double[B * H * T * D];
    for (int row = 0; row < B * H * T; row++) {
      int head = row / T;
      double[] scores = new double[S];
      for (int s = 0; s < S; s++) {
        for (int d = 0; d < D; d++) {
          scores[s] += (double) q[row * D + d] * k[(head * D + d) * S + s];
        }
        scores[s] = masked[s] ? Double.NEGATIVE_INFINITY : scores[s] * scale;
      }
      double[] probs = Reference.normalised(scores, 1);
      for (int s = 0; s < S; s++) {
        for (int d = 0; d < D; d++) {
          out[row * D + d] += probs[s] * v[(head * S + s) * D + d];
        }
      }
    }
    return out;
  }

  /** Queries, keys that are turned already, and values. */
  private static Value[] inputs(GraphBuilder g, boolean folded) {
    return folded
        ? new Value[] {input(g, "q", 0, T, D), input(g, "k", 0, D, S), input(g, "v", 0, S, D)}
        : new Value[] {
          input(g, "q", 0, H, 0, D), input(g, "k", 0, H, D, 0), input(g, "v", 0, H, 0, D)
        };
  }

  /** An input; sizes of 0 are open. */
  private static Value input(GraphBuilder g, String name, long... dims) {
    Dim[] shape = new Dim[dims.length];
    for (int i = 0; i < dims.length; i++) {
      shape[i] = dims[i] > 0 ? Dim.of(dims[i]) : Dim.of(name + i);
    }
    return g.input(name, ElementType.FLOAT, shape);
  }

  private static List<Long> dims(long... sizes) {
    return LongStream.of(sizes).boxed().toList();
  }

  private static final boolean[] NONE = new boolean[S];

  @Test
  void softmaxOfScaledScores() {
    GraphBuilder g = Models.opset(17);
    Value[] in = inputs(g, false);
    Value probs = in[0].matMul(in[1]).over(2).softmax(-1);
    OnnxModel model = Models.of(g, probs.matMul(in[2]));
    MethodTester.rewriting(model, OUTEFFHOP)
        .by("replace the normaliser")
        .computes(feeds(false), expected(0.5, NONE), TOLERANCE);
  }

  @Test
  void queriesThatAreAConstant() {
    GraphBuilder g = Models.opset(17);
    Value[] in = inputs(g, false);
    Value queries = g.constant(ConstantTensor.ofFloats("queries", dims(B, H, T, D), q));
    Value probs = queries.matMul(in[1]).over(2).softmax(-1);
    OnnxModel model = Models.of(g, probs.matMul(in[2]));
    Map<String, Tensor> feeds = feeds(false);
    feeds.remove("q");
    MethodTester.rewriting(model, OUTEFFHOP)
        .by("replace the normaliser")
        .computes(feeds, expected(0.5, NONE), TOLERANCE);
  }

  /** In another precision than scores and values have, which the rewrite has to keep. */
  @Test
  void aSinkThatIsNormalisedBehindCasts() {
    GraphBuilder g = Models.opset(17);
    Value[] in = inputs(g, false);
    Value sinks = Weights.ramp(g, "sinks", B, H, T, 1);
    Value wide = g.concat(-1, in[0].matMul(in[1]).over(2), sinks).cast(ElementType.DOUBLE);
    Value probs = wide.minus(wide.max(-1)).softmax(-1).cast(ElementType.FLOAT).slice(-1, 0, -1);
    OnnxModel model = Models.of(g, probs.matMul(in[2]));
    MethodSpec zeroSink =
        MethodSpec.of(
            Method.CLIPPED_OUTEFFHOP, SoftmaxSpec.SOFTMAX1.clipped(new Clipping.Bounds(0, 1)));
    MethodTester.rewriting(model, zeroSink)
        .by("replace the normaliser")
        .computes(feeds(false), expected(0.5, NONE), TOLERANCE);
  }

  @ParameterizedTest
  @ValueSource(ints = {9, 13, 18})
  void headsFoldedIntoTheBatch(int opset) {
    GraphBuilder g = Models.opset(opset);
    Value[] in = inputs(g, true);
    Value probs = Attentions.softmax(in[0].matMul(in[1]), 3, opset);
    OnnxModel model = Models.of(g, probs.matMul(in[2]));
    MethodTester.rewriting(model, OUTEFFHOP).computes(feeds(true), expected(1, NONE), TOLERANCE);
  }

  @ParameterizedTest
  @ValueSource(ints = {11, 13, 18})
  void softmaxWrittenOut(int opset) {
    for (boolean shifted : new boolean[] {true, false}) {
      GraphBuilder g = Models.opset(opset == 18 ? 17 : opset);
      Value[] in = inputs(g, false);
      Value probs = Attentions.writtenSoftmax(in[0].matMul(in[1]), shifted);
      OnnxModel model = Models.of(g, probs.matMul(in[2]));
      MethodTester.rewriting(model, OUTEFFHOP).computes(feeds(false), expected(1, NONE), TOLERANCE);
    }
  }

  @Test
  void logSoftmaxBehindAnExponential() {
    GraphBuilder g = Models.opset(13);
    Value[] in = inputs(g, false);
    Value log = g.node("LogSoftmax", in[0].matMul(in[1])).with("axis", -1).value();
    OnnxModel model = Models.of(g, log.exp().matMul(in[2]));
    MethodTester.rewriting(model, OUTEFFHOP).computes(feeds(false), expected(1, NONE), TOLERANCE);
  }

  @Test
  void biasInsideAFusedSoftmax() {
    GraphBuilder g = Models.opset(17);
    Value[] in = inputs(g, false);
    Value bias = input(g, "bias", 1, 1, 1, S);
    Value probs =
        g.node("BiasSoftmax", in[0].matMul(in[1]), bias)
            .from(Models.MICROSOFT)
            .with("axis", 3)
            .with("is_inner_broadcast", 0)
            .value();
    OnnxModel model = Models.of(g, probs.matMul(in[2]));
    Map<String, Tensor> feeds = feeds(false);
    float low = -Float.MAX_VALUE;
    feeds.put("bias", Tensor.ofFloats(new float[] {0, low, 0, 0, low}, 1, 1, 1, S));
    OnnxModel rewritten = AttentionRewriter.rewrite(model, OUTEFFHOP, SiteSelection.ALL).model();
    double[] found =
        MethodTester.run(
            rewritten, feeds, dev.tailgate.engine.RunnerOptions.Optimization.FLOAT_ONLY);
    double[] wanted = expected(1, new boolean[] {false, true, false, false, true});
    assertThat(found).containsExactly(wanted, org.assertj.core.data.Offset.offset(TOLERANCE));
  }

  @Test
  void masksByWhereAndAddAndAGuardAgainstNan() {
    GraphBuilder g = Models.opset(17);
    Value[] in = inputs(g, false);
    Value keep = g.input("keep", ElementType.BOOL, 1, 1, 1, S);
    Value mask = input(g, "mask", 1, 1, 1, S);
    Value nothing = g.scalar(ElementType.FLOAT, Double.NEGATIVE_INFINITY);
    Value probs = keep.where(in[0].matMul(in[1]), nothing).plus(mask).softmax(-1);
    Value guarded = probs.op("IsNaN").where(g.scalar(ElementType.FLOAT, 0), probs);
    OnnxModel model = Models.of(g, guarded.op("Dropout").matMul(in[2]));
    Map<String, Tensor> feeds = feeds(false);
    ByteBuffer kept = ByteBuffer.allocateDirect(S).put(new byte[] {1, 0, 1, 1, 1}).flip();
    feeds.put("keep", new Tensor(ElementType.BOOL, new long[] {1, 1, 1, S}, kept));
    float low = -Float.MAX_VALUE;
    feeds.put("mask", Tensor.ofFloats(new float[] {0, 0, low, 0, 0}, 1, 1, 1, S));
    MethodTester.rewriting(model, OUTEFFHOP)
        .computes(feeds, expected(1, new boolean[] {false, true, true, false, false}), TOLERANCE);
  }

  @Test
  void scoresAndContextByEinsum() {
    GraphBuilder g = Models.opset(17);
    Value[] in = inputs(g, false);
    Value probs = einsum(g, "bhtd,bhds->bhts", in[0], in[1]).softmax(-1);
    OnnxModel model = Models.of(g, einsum(g, "bhts,bhsd->bhtd", probs, in[2]));
    MethodTester.rewriting(model, OUTEFFHOP).computes(feeds(false), expected(1, NONE), TOLERANCE);
  }

  private static Value einsum(GraphBuilder g, String equation, Value left, Value right) {
    return g.node("Einsum", left, right).with("equation", equation).value();
  }

  @Test
  void insideABranchOfAnIf() {
    GraphBuilder g = Models.opset(17);
    Value[] in = inputs(g, false);
    Value use = g.input("use", ElementType.BOOL);
    List<Value> chosen =
        g.choose(
            use,
            () -> List.of(in[0].matMul(in[1]).softmax(-1).matMul(in[2])),
            () -> List.of(in[2]));
    OnnxModel model = Models.of(g, chosen.get(0));
    Map<String, Tensor> feeds = feeds(false);
    ByteBuffer yes = ByteBuffer.allocateDirect(1).put((byte) 1).flip();
    feeds.put("use", new Tensor(ElementType.BOOL, new long[] {}, yes));
    MethodTester.rewriting(model, OUTEFFHOP).computes(feeds, expected(1, NONE), TOLERANCE);
    assertThat(AttentionRewriter.sites(model))
        .singleElement()
        .satisfies(site -> assertThat(site.place()).startsWith("then_branch of If"));
  }

  @ParameterizedTest
  @ValueSource(ints = {17, 18})
  void insideAFunction(int opset) {
    GraphBuilder g = Models.opset(opset);
    Value[] in = inputs(g, false);
    g.function(
        "local",
        "Attend",
        List.of("q", "k", "v"),
        z -> List.of(z.get(0).matMul(z.get(1)).softmax(-1).matMul(z.get(2))));
    OnnxModel model = Models.of(g, g.node("Attend", in).from("local").value());
    MethodTester.rewriting(model, OUTEFFHOP).computes(feeds(false), expected(1, NONE), TOLERANCE);
  }

  @Test
  void aClassifierIsNoSiteAndTheRefusalSaysWhatCameNearest() {
    GraphBuilder g = Models.opset(17);
    Value w = Weights.ramp(g, "w", D, 3);
    OnnxModel model = Models.of(g, input(g, "x", 0, D).matMul(w).softmax(-1));
    assertThatThrownBy(() -> AttentionRewriter.rewrite(model, OUTEFFHOP, SiteSelection.ALL))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("the nearest miss is")
        .hasMessageContaining("a classifier or router");
  }

  @Test
  void anUnknownSiteIsRefusedByItsName() {
    GraphBuilder g = Models.opset(17);
    Value[] in = inputs(g, false);
    Value probs = in[0].matMul(in[1]).softmax(-1);
    OnnxModel model = Models.of(g, probs.matMul(in[2]));
    assertThatThrownBy(
            () -> AttentionRewriter.rewrite(model, OUTEFFHOP, SiteSelection.parse("0,7,/nowhere*")))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("7, /nowhere*")
        .hasMessageContaining("sites 0 to 0");
  }
}
