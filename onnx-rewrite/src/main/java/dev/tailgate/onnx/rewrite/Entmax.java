package dev.tailgate.onnx.rewrite;

import dev.tailgate.onnx.attention.Normaliser;
import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.NodeDraft;
import java.util.Arrays;
import java.util.Optional;

/**
 * Probabilities that are exactly 0 for all but some keys. With the threshold {@code t} at which the
 * row sums to 1,
 *
 * <pre>
 *   sparsemax    p_i = max(z_i - t, 0)           (arXiv 1602.02068)
 *   entmax15     p_i = max(z_i / 2 - t, 0)^2     (arXiv 1905.05702, alpha = 1.5)
 * </pre>
 *
 * In the graph, with {@code x = z - max z}, halved for entmax15, {@code t} lies in [-1, 0) and is
 * halved in on 24 times; {@code 2^-24} is half the spacing of float32 below 1, and of doubles,
 * which take 53 times, {@code 2^-53}. That tells which keys take part, and their {@code t} has a
 * closed form, which takes out what the bisection left and through which a gradient passes: with
 * {@code k} keys of mean {@code M} and sum of squared deviations {@code D},
 *
 * <pre>
 *   sparsemax    t = M - 1 / k
 *   entmax15     t = M - sqrt((1 - D) / k)
 * </pre>
 *
 * In doubles the keys that take part are found exactly, by sorting (Algorithm 1 of the first paper,
 * Algorithm 2 of the second).
 *
 * <p>The maximum counts as at least {@link #MASKED}. So masked keys get exactly 0, and a row of
 * nothing else gives 0 throughout. A row with a NaN or plus infinity is NaN.
 *
 * @param squared whether this is entmax15
 */
public record Entmax(boolean squared) implements NormaliserSpec {
  /** The Euclidean projection onto the simplex. */
  public static final Entmax SPARSEMAX = new Entmax(false);

  /** Half way between softmax and sparsemax. */
  public static final Entmax ENTMAX15 = new Entmax(true);

  private static final int FLOAT_STEPS = 24;
  private static final int DOUBLE_STEPS = 53;

  @Override
  public Normaliser kind() {
    return new Normaliser(squared ? "entmax15" : "sparsemax");
  }

  @Override
  public Optional<String> fault(ScoreForm form) {
    return RowNodes.fault(form);
  }

  @Override
  public NodeDraft write(Ops ops, ScoreForm form, String scores) {
    RowNodes rows = new RowNodes(ops, form);
    String z = rows.widened(scores);
    String x = rows.op("Sub", z, rows.max(z, MASKED));
    x = squared ? rows.op("Mul", x, rows.number(0.5)) : x;
    String low = rows.number(-1);
    int steps = form.type() == ElementType.DOUBLE ? DOUBLE_STEPS : FLOAT_STEPS;
    for (int step = 1; step <= steps; step++) {
      String middle = rows.op("Add", low, rows.number(Math.scalb(1.0, -step)));
      String tooHigh = rows.op("Less", rows.sum(above(rows, x, middle).add()), rows.number(1));
      low = rows.op("Where", tooHigh, low, middle);
    }
    String threshold = threshold(rows, x, rows.op("Less", low, x));
    return rows.narrowed(above(rows, x, threshold), scores);
  }

  private NodeDraft above(RowNodes rows, String x, String threshold) {
    String over = rows.op("Sub", x, threshold);
    NodeDraft cut = rows.node("Relu", over);
    if (!squared) {
      return cut;
    }
    String kept = cut.add();
    return rows.node("Mul", kept, kept);
  }

  /** The closed form for the keys that {@code support} tells. */
  private String threshold(RowNodes rows, String x, String support) {
    String one = rows.number(1);
    String count = rows.op("Max", rows.count(support), one);
    String mean = rows.op("Div", rows.sum(rows.keep(support, x)), count);
    if (!squared) {
      return rows.op("Sub", mean, rows.op("Div", one, count));
    }
    String apart = rows.keep(support, rows.op("Sub", x, mean));
    String rest = rows.op("Sub", one, rows.sum(rows.op("Mul", apart, apart)));
    String step = rows.op("Sqrt", rows.op("Div", rows.op("Relu", rest), count));
    return rows.op("Sub", mean, step);
  }

  @Override
  public void normalise(double[] row, int head) {
    double max = MASKED;
    for (double score : row) {
      max = Math.max(max, score);
    }
    for (int i = 0; i < row.length; i++) {
      row[i] = squared ? (row[i] - max) / 2 : row[i] - max;
    }
    double threshold = threshold(row);
    for (int i = 0; i < row.length; i++) {
      double over = row[i] - threshold;
      // A comparison with NaN is false: what is NaN stays it.
      row[i] = over < 0 ? 0 : squared ? over * over : over;
    }
  }

  /** Adds keys from the highest down for as long as their own threshold lies below them. */
  private double threshold(double[] x) {
    double[] sorted = x.clone();
    Arrays.sort(sorted);
    double sum = 0;
    double squares = 0;
    double threshold = -1;
    for (int k = 1; k <= sorted.length; k++) {
      double next = sorted[sorted.length - k];
      if (!(next > -1)) {
        break;
      }
      sum += next;
      squares += next * next;
      double mean = sum / k;
      double deviations = Math.max(0, squares - sum * mean);
      double own = squared ? mean - Math.sqrt(Math.max(0, 1 - deviations) / k) : mean - 1.0 / k;
      if (own >= next) {
        break;
      }
      threshold = own;
    }
    return threshold;
  }
}
