package dev.tailgate.model.hopfield;

import dev.tailgate.onnx.attention.FusedOperators;
import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.rewrite.Entmax;
import dev.tailgate.onnx.rewrite.NormaliserSpec;
import dev.tailgate.onnx.rewrite.ScoreForm;
import dev.tailgate.onnx.rewrite.SoftmaxSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What tells memories apart: from similarities {@code z} to weights {@code p}, with the convex
 * function {@code F} that it is the gradient of, {@code p(z) = grad F(z)}. The energy of a memory
 * is made of it, see {@link Memory}.
 *
 * <pre>
 *   softmax     F = log sum_j exp(z_j)                        Ramsauer et al., arXiv 2008.02217
 *   softmax1    F = log(1 + sum_j exp(z_j))                   OutEffHop, arXiv 2404.03828
 *   sparsemax   F = max_p  p.z + (1 - sum_j p_j^2) / 2        Hu et al., arXiv 2309.12673
 *   entmax15    F = max_p  p.z + 4/3 sum_j (p_j - p_j^1.5)    Wu et al., arXiv 2312.17346
 * </pre>
 *
 * <p>The maxima are over distributions and are taken at {@code p(z)}. A row with a NaN gives NaN. A
 * row of nothing but similarities below -5000, where the masks of attentions lie, is 0 throughout
 * in both sparse ones, as it is in Softmax1.
 */
public enum Separation {
  /** The dense modern Hopfield model. */
  SOFTMAX(SoftmaxSpec.SOFTMAX),
  /** OutEffHop: one more memory at the origin, which may be chosen too. */
  SOFTMAX1(SoftmaxSpec.SOFTMAX1),
  /** The sparse model. */
  SPARSEMAX(Entmax.SPARSEMAX),
  /** The generalized sparse model at its middle. */
  ENTMAX15(Entmax.ENTMAX15);

  private static final double POWER = 1.5;
  private static final double TSALLIS = 4.0 / 3;

  @SuppressWarnings("ImmutableEnumChecker") // a record of values
  private final NormaliserSpec spec;

  Separation(NormaliserSpec spec) {
    this.spec = spec;
  }

  /** The name in results and on the command line. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** All names. */
  public static List<String> labels() {
    return Arrays.stream(values()).map(Separation::label).toList();
  }

  /** Weights over the last axis of similarities of a rank. */
  public Value weights(GraphBuilder graph, Value similarities, int rank) {
    ScoreForm form = new ScoreForm(graph.opset(), similarities.type(), rank, -1);
    return graph.written(
        similarities,
        (ops, scores) -> {
          if (!spec.isMarked()) {
            return spec.write(ops, form, scores);
          }
          // The finder of attentions knows those that are written out by this.
          ops.tag(FusedOperators.NORMALISER, spec.kind().label());
          var last = spec.write(ops, form, scores);
          ops.untag(FusedOperators.NORMALISER);
          return last;
        });
  }

  /** {@code F} over the last axis, which goes, from similarities and their weights. */
  Value potential(Value z, Value p) {
    if (this == SOFTMAX || this == SOFTMAX1) {
      Value top = this == SOFTMAX ? z.max(-1) : z.max(-1).relu();
      Value sum = z.minus(top).exp().sum(-1);
      sum = this == SOFTMAX ? sum : sum.plus(top.negative().exp());
      return top.plus(sum.log()).squeeze(-1);
    }
    Value linear = p.times(z).sum(-1);
    Value spread =
        this == SPARSEMAX
            ? p.times(p).sum(-1).negative().plus(1).times(0.5)
            : p.minus(p.times(p.sqrt())).sum(-1).times(TSALLIS);
    return linear.plus(spread).squeeze(-1);
  }

  /** Replaces similarities by weights, in doubles. */
  public void weights(double[] z) {
    spec.normalise(z, 0);
  }

  /** {@code F} in doubles. */
  public double potential(double[] z) {
    double[] p = z.clone();
    weights(p);
    double top = this == SOFTMAX ? Double.NEGATIVE_INFINITY : 0;
    double sum = 0;
    double value = this == SPARSEMAX ? 0.5 : 0;
    if (this == SOFTMAX || this == SOFTMAX1) {
      for (double each : z) {
        top = Math.max(top, each);
      }
      for (double each : z) {
        sum += Math.exp(each - top);
      }
      return top + Math.log(this == SOFTMAX ? sum : sum + Math.exp(-top));
    }
    for (int i = 0; i < z.length; i++) {
      value += p[i] * z[i];
      value += this == SPARSEMAX ? -p[i] * p[i] / 2 : TSALLIS * (p[i] - Math.pow(p[i], POWER));
    }
    return value;
  }
}
