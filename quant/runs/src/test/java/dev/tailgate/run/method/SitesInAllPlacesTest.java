package dev.tailgate.run.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.ModelException;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.method.AttentionRewriter;
import dev.tailgate.onnx.method.Method;
import dev.tailgate.onnx.method.MethodSpec;
import dev.tailgate.onnx.method.SiteSelection;
import dev.tailgate.onnx.rewrite.NormaliserSpec;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
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

  private static final MethodSpec OUTEFFHOP =
      MethodSpec.of(Method.OUTEFFHOP, NormaliserSpec.SOFTMAX1);

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

  private static String[] inputs(AttentionGraph graph, boolean folded) {
    return folded
        ? new String[] {
          graph.input("q", 0, T, D), graph.input("k", 0, D, S), graph.input("v", 0, S, D)
        }
        : new String[] {
          graph.input("q", 0, H, 0, D), graph.input("k", 0, H, D, 0), graph.input("v", 0, H, 0, D)
        };
  }

  private static final boolean[] NONE = new boolean[S];

  @Test
  void softmaxOfScaledScores() {
    AttentionGraph graph = new AttentionGraph(17, ElementType.FLOAT);
    String[] in = inputs(graph, false);
    String scores = graph.node("Div", graph.node("MatMul", in[0], in[1]), graph.scalar(2));
    OnnxModel model = graph.output(graph.node("MatMul", graph.softmax(scores, 4), in[2]));
    MethodTester.rewriting(model, OUTEFFHOP)
        .by("replace the normaliser")
        .computes(feeds(false), expected(0.5, NONE), TOLERANCE);
  }

  @ParameterizedTest
  @ValueSource(ints = {9, 13, 18})
  void headsFoldedIntoTheBatch(int opset) {
    AttentionGraph graph = new AttentionGraph(opset, ElementType.FLOAT);
    String[] in = inputs(graph, true);
    String probs = graph.softmax(graph.node("MatMul", in[0], in[1]), 3);
    OnnxModel model = graph.output(graph.node("MatMul", probs, in[2]));
    MethodTester.rewriting(model, OUTEFFHOP).computes(feeds(true), expected(1, NONE), TOLERANCE);
  }

  @ParameterizedTest
  @ValueSource(ints = {11, 13, 18})
  void softmaxWrittenOut(int opset) {
    for (boolean shifted : new boolean[] {true, false}) {
      AttentionGraph graph = new AttentionGraph(opset == 18 ? 17 : opset, ElementType.FLOAT);
      String[] in = inputs(graph, false);
      String probs = graph.writtenSoftmax(graph.node("MatMul", in[0], in[1]), shifted);
      OnnxModel model = graph.output(graph.node("MatMul", probs, in[2]));
      MethodTester.rewriting(model, OUTEFFHOP).computes(feeds(false), expected(1, NONE), TOLERANCE);
    }
  }

  @Test
  void logSoftmaxBehindAnExponential() {
    AttentionGraph graph = new AttentionGraph(13, ElementType.FLOAT);
    String[] in = inputs(graph, false);
    String log = graph.node("LogSoftmax", graph.node("MatMul", in[0], in[1]));
    graph.with("axis", -1);
    OnnxModel model = graph.output(graph.node("MatMul", graph.node("Exp", log), in[2]));
    MethodTester.rewriting(model, OUTEFFHOP).computes(feeds(false), expected(1, NONE), TOLERANCE);
  }

  @Test
  void biasInsideAFusedSoftmax() {
    AttentionGraph graph = new AttentionGraph(17, ElementType.FLOAT);
    String[] in = inputs(graph, false);
    graph.input("bias", 1, 1, 1, S);
    String probs = graph.node("BiasSoftmax", graph.node("MatMul", in[0], in[1]), "bias");
    graph.domain("com.microsoft").with("axis", 3).with("is_inner_broadcast", 0);
    OnnxModel model = graph.output(graph.node("MatMul", probs, in[2]));
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
    AttentionGraph graph = new AttentionGraph(17, ElementType.FLOAT);
    String[] in = inputs(graph, false);
    graph.bools("keep", 1, 1, 1, S);
    graph.input("mask", 1, 1, 1, S);
    String scores =
        graph.node(
            "Where",
            "keep",
            graph.node("MatMul", in[0], in[1]),
            graph.scalar(Double.NEGATIVE_INFINITY));
    String probs = graph.softmax(graph.node("Add", scores, "mask"), 4);
    String guarded = graph.node("Where", graph.node("IsNaN", probs), graph.scalar(0), probs);
    OnnxModel model = graph.output(graph.node("MatMul", graph.node("Dropout", guarded), in[2]));
    Map<String, Tensor> feeds = feeds(false);
    ByteBuffer keep = ByteBuffer.allocateDirect(S).put(new byte[] {1, 0, 1, 1, 1}).flip();
    feeds.put("keep", new Tensor(ElementType.BOOL, new long[] {1, 1, 1, S}, keep));
    float low = -Float.MAX_VALUE;
    feeds.put("mask", Tensor.ofFloats(new float[] {0, 0, low, 0, 0}, 1, 1, 1, S));
    MethodTester.rewriting(model, OUTEFFHOP)
        .computes(feeds, expected(1, new boolean[] {false, true, true, false, false}), TOLERANCE);
  }

  @Test
  void scoresAndContextByEinsum() {
    AttentionGraph graph = new AttentionGraph(17, ElementType.FLOAT);
    String[] in = inputs(graph, false);
    OnnxModel einsum = einsum(graph, in);
    MethodTester.rewriting(einsum, OUTEFFHOP).computes(feeds(false), expected(1, NONE), TOLERANCE);
  }

  private static OnnxModel einsum(AttentionGraph graph, String[] in) {
    String scores = graph.node("Einsum", in[0], in[1]);
    graph.withText("equation", "bhtd,bhds->bhts");
    String context = graph.node("Einsum", graph.softmax(scores, 4), in[2]);
    graph.withText("equation", "bhts,bhsd->bhtd");
    return graph.output(context);
  }

  @Test
  void insideABranchOfAnIf() {
    AttentionGraph graph = new AttentionGraph(17, ElementType.FLOAT);
    String[] in = inputs(graph, false);
    graph.flag("use");
    String probs = graph.softmax(graph.node("MatMul", in[0], in[1]), 4);
    String context = graph.node("MatMul", probs, in[2]);
    OnnxModel model = graph.output(graph.insideIf("use", context));
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
    AttentionGraph graph = new AttentionGraph(opset, ElementType.FLOAT);
    String[] in = inputs(graph, false);
    String probs = graph.softmax(graph.node("MatMul", in[0], in[1]), 4);
    String context = graph.node("MatMul", probs, in[2]);
    OnnxModel model = graph.output(graph.insideFunction(context, in));
    MethodTester.rewriting(model, OUTEFFHOP).computes(feeds(false), expected(1, NONE), TOLERANCE);
  }

  @Test
  void aClassifierIsNoSiteAndTheRefusalSaysWhatCameNearest() {
    AttentionGraph graph = new AttentionGraph(17, ElementType.FLOAT);
    String x = graph.input("x", 0, D);
    OnnxModel model =
        graph.output(graph.softmax(graph.node("MatMul", x, graph.weight("w", D, 3)), 2));
    assertThatThrownBy(() -> AttentionRewriter.rewrite(model, OUTEFFHOP, SiteSelection.ALL))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("the nearest miss is")
        .hasMessageContaining("a classifier or router");
  }

  @Test
  void anUnknownSiteIsRefusedByItsName() {
    AttentionGraph graph = new AttentionGraph(17, ElementType.FLOAT);
    String[] in = inputs(graph, false);
    String probs = graph.softmax(graph.node("MatMul", in[0], in[1]), 4);
    OnnxModel model = graph.output(graph.node("MatMul", probs, in[2]));
    assertThatThrownBy(
            () -> AttentionRewriter.rewrite(model, OUTEFFHOP, SiteSelection.parse("0,7,/nowhere*")))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("7, /nowhere*")
        .hasMessageContaining("sites 0 to 0");
  }
}
