package dev.tailgate.onnx.rewrite;

import dev.tailgate.onnx.attention.Normaliser;
import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.NodeDraft;
import java.util.Optional;

/**
 * Softpick (arXiv 2504.20966), which gives keys with a negative score nothing:
 *
 * <pre>
 *   p_i = relu(exp(z_i) - 1) / (sum_j |exp(z_j) - 1| + eps)        eps = 1e-8
 * </pre>
 *
 * Written with {@code m = max(0, max_j z_j)}, so that nothing overflows, and with {@code exp(z) - 1
 * = (exp(z) + 1) tanh(z / 2)}, so that scores near 0 keep their digits:
 *
 * <pre>
 *   r_i = (exp(z_i - m) + exp(-m)) tanh(z_i / 2)
 *   p_i = relu(r_i) / (sum_j |r_j| + eps exp(-m))
 * </pre>
 *
 * <p>Masked keys, those below {@link #MASKED}, count neither above nor below the line, as in the
 * code of the paper, which tells them by minus infinity. The sum of a row is at most 1; a row
 * without positive scores, fully masked ones among them, gives exactly 0. A row with a NaN or plus
 * infinity is NaN.
 */
public record Softpick() implements NormaliserSpec {
  private static final Normaliser KIND = new Normaliser("softpick");
  private static final double EPS = 1e-8;

  @Override
  public Normaliser kind() {
    return KIND;
  }

  @Override
  public Optional<String> fault(ScoreForm form) {
    return RowNodes.fault(form);
  }

  @Override
  public NodeDraft write(Ops ops, ScoreForm form, String scores) {
    RowNodes rows = new RowNodes(ops, form);
    String z = rows.widened(scores);
    String max = rows.max(z, 0);
    String unit = rows.op("Exp", rows.op("Neg", max));
    String above = rows.op("Add", rows.op("Exp", rows.op("Sub", z, max)), unit);
    String half = rows.op("Tanh", rows.op("Mul", z, rows.number(0.5)));
    String seen = rows.op("Not", rows.masked(z));
    String raised = rows.keep(seen, rows.op("Mul", above, half));
    String eps = rows.op("Mul", unit, rows.number(EPS));
    String sum = rows.op("Add", rows.sum(rows.op("Abs", raised)), eps);
    return rows.narrowed(rows.node("Div", rows.op("Relu", raised), sum), scores);
  }

  @Override
  public void normalise(double[] row, int head) {
    double max = 0;
    for (double score : row) {
      max = Math.max(max, score);
    }
    double unit = Math.exp(-max);
    double sum = EPS * unit;
    for (int i = 0; i < row.length; i++) {
      // expm1 keeps the digits of a score near 0, the difference of exponentials those of a large
      // one.
      double raised = row[i] > 1 ? Math.exp(row[i] - max) - unit : unit * Math.expm1(row[i]);
      row[i] = row[i] < MASKED ? 0 : raised;
      sum += Math.abs(row[i]);
    }
    for (int i = 0; i < row.length; i++) {
      // A comparison with NaN is false: what is NaN stays it.
      row[i] = row[i] < 0 ? 0 * sum : row[i] / sum;
    }
  }
}
