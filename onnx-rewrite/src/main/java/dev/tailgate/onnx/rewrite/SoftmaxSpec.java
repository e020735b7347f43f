package dev.tailgate.onnx.rewrite;

import dev.tailgate.onnx.attention.Normaliser;
import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.NodeDraft;
import java.util.Optional;

/**
 * Softmax and its relatives. For scores {@code z [S]} of one query and the sink logit {@code s} of
 * its head,
 *
 * <pre>
 *   m = max(s, max_j z_j)
 *   p_i = exp(z_i - m) / (exp(s - m) + sum_j exp(z_j - m))      Softmax1 is s = 0, softmax s = -inf
 *   p_i = clip((zeta - gamma) p_i + gamma, 0, 1)                where clipped
 * </pre>
 *
 * <p>Edge cases of the reference: a row of minus infinity only gives exactly 0 with a sink, and NaN
 * without one, as softmax does. A row with a NaN or with plus infinity is NaN. An empty row stays
 * empty. The error of an element is a few ulps of double, far below what a float32 graph can show.
 *
 * <p>Sources: Softmax1, arXiv 2404.03828; Clipped_Softmax, arXiv 2306.12929, equation 4.
 *
 * @param sink a further logit, present in Softmax1 and its relatives
 * @param clipping the stretch of Clipped_Softmax
 */
public record SoftmaxSpec(Optional<Sink> sink, Optional<Clipping> clipping)
    implements NormaliserSpec {
  /** Plain softmax. */
  public static final SoftmaxSpec SOFTMAX = new SoftmaxSpec(Optional.empty(), Optional.empty());

  /** Softmax1, the normaliser of OutEffHop. */
  public static final SoftmaxSpec SOFTMAX1 =
      new SoftmaxSpec(Optional.of(Sink.ZERO), Optional.empty());

  private static final int EXPAND = 8;
  private static final int PAD_BY_AXIS = 18;

  /** The same with clipping. */
  public SoftmaxSpec clipped(Clipping by) {
    return new SoftmaxSpec(sink, Optional.of(by));
  }

  /** The same with another sink. */
  public SoftmaxSpec with(Sink other) {
    return new SoftmaxSpec(Optional.of(other), clipping);
  }

  /** Every sink counts as Softmax1. */
  @Override
  public Normaliser kind() {
    Normaliser plain = sink.isPresent() ? Normaliser.SOFTMAX1 : Normaliser.SOFTMAX;
    return clipping.isPresent() ? plain.clipped() : plain;
  }

  @Override
  public boolean isMarked() {
    return false;
  }

  @Override
  public Optional<String> fault(ScoreForm form) {
    boolean plainSink = sink.isEmpty() || sink.get().equals(Sink.ZERO);
    boolean needsConstants =
        clipping.isPresent() || !plainSink || (form.rank() < 0 && form.opset() < PAD_BY_AXIS);
    if (needsConstants && !form.hasConstants()) {
      return Optional.of("the element type of the scores cannot be told");
    }
    return sink.isPresent() && sink.get() instanceof Sink.PerHead perHead
        ? fault(form, perHead.logits().length)
        : Optional.empty();
  }

  private static Optional<String> fault(ScoreForm form, int logits) {
    if (form.rank() != 4 && form.rank() != 3) {
      return Optional.of(
          "a sink for each head needs scores [B, H, T, S], found rank " + form.rank());
    }
    if (!form.type().isFloat()) {
      return Optional.of("the element type of the scores cannot be told");
    }
    if (form.opset() < EXPAND) {
      return Optional.of(
          "a sink for each head needs Expand, which opset " + form.opset() + " lacks");
    }
    if (form.heads() > 0 && form.heads() != logits) {
      return Optional.of("the sink has " + logits + " logits for " + form.heads() + " heads");
    }
    return form.heads() < 0 && form.rank() == 3
        ? Optional.of("the number of heads cannot be told from the graph")
        : Optional.empty();
  }

  @Override
  public NodeDraft write(Ops ops, ScoreForm form, String scores) {
    return new SoftmaxNodes(ops, form).write(this, scores);
  }

  @Override
  public int heads() {
    return sink.isPresent() && sink.get() instanceof Sink.PerHead perHead
        ? perHead.logits().length
        : 1;
  }

  @Override
  public void normalise(double[] row, int head) {
    double logit = sink.map(s -> s.logit(head)).orElse(Double.NEGATIVE_INFINITY);
    double max = logit;
    for (double score : row) {
      max = Math.max(max, score);
    }
    double sum = sink.isEmpty() ? 0 : Math.exp(logit - max);
    for (int i = 0; i < row.length; i++) {
      row[i] = Math.exp(row[i] - max);
      sum += row[i];
    }
    double gamma = clipping.map(c -> c.gamma(row.length)).orElse(0.0);
    double stretch = clipping.map(Clipping::zeta).orElse(1.0) - gamma;
    for (int i = 0; i < row.length; i++) {
      row[i] /= sum;
      if (clipping.isPresent()) {
        row[i] = Math.min(1, Math.max(0, stretch * row[i] + gamma));
      }
    }
  }
}
