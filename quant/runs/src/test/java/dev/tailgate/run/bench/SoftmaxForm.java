package dev.tailgate.run.bench;

import dev.tailgate.onnx.ir.OnnxModel;
import java.util.Locale;

/**
 * Ways to write {@code softmax1(q k + mask) v}. In every model the context is summed over its last
 * axis, so that the output is small and what is timed is the attention.
 */
enum SoftmaxForm {
  /** The baseline: no Softmax1. */
  SOFTMAX,
  /** A zero behind the scores, cut off behind the softmax: what a rewrite writes. */
  PADDED_COLUMN,
  /** The same, the probabilities multiplied with a padded value instead of cut. */
  PADDED_COLUMN_AND_VALUE,
  /** The same with a column made at run time, as for scores of unknown rank. */
  CONCATENATED_COLUMN,
  /** {@code exp(z - m) / (sum exp(z - m) + exp(-m))} with {@code m = max(0, max z)}. */
  EXPONENTIALS,
  /** {@code p sigmoid(ln sum exp(z))}, the logarithm from the maxima of scores and p. */
  CORRECTED_SOFTMAX,
  /** The same factor behind the product with the values. */
  CORRECTED_CONTEXT,
  /** A key of zeros and a value of zeros. */
  ZERO_TOKEN,
  /** The exponentials as a function of the model. */
  FUNCTION;

  /** Whether the result is that of Softmax1. */
  boolean isSoftmax1() {
    return this != SOFTMAX;
  }

  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** The model with inputs {@code q [B,H,T,Dh], kT [B,H,Dh,T], v [B,H,T,Dh], mask [B,1,1,T]}. */
  OnnxModel model() {
    FormGraph g = new FormGraph();
    String q = g.input("q", 4);
    String key = g.input("kT", 4);
    String value = g.input("v", 4);
    String mask = g.input("mask", 4);
    if (this == FUNCTION) {
      g.function("z", exponentials(g, "z"));
      String scores = g.op("Add", g.op("MatMul", q, key), mask);
      return g.output(g.rowSum(g.op("MatMul", g.call(scores), value)));
    }
    if (this == ZERO_TOKEN) {
      String scores = g.op("Add", g.op("MatMul", q, g.pad(key, 3)), g.pad(mask, 3));
      return g.output(g.rowSum(g.op("MatMul", g.softmax(scores), g.pad(value, 2))));
    }
    String scores = g.op("Add", g.op("MatMul", q, key), mask);
    return g.output(g.rowSum(context(g, scores, value)));
  }

  private String context(FormGraph g, String scores, String value) {
    return switch (this) {
      case SOFTMAX -> g.op("MatMul", g.softmax(scores), value);
      case PADDED_COLUMN -> g.op("MatMul", g.dropLast(g.softmax(g.pad(scores, 3))), value);
      case PADDED_COLUMN_AND_VALUE -> g.op("MatMul", g.softmax(g.pad(scores, 3)), g.pad(value, 2));
      case CONCATENATED_COLUMN -> {
        String wide = g.concat(-1, scores, g.zeroColumn(scores));
        yield g.op("MatMul", g.dropLast(g.softmax(wide)), value);
      }
      case EXPONENTIALS -> g.op("MatMul", exponentials(g, scores), value);
      case CORRECTED_SOFTMAX -> {
        String probs = g.softmax(scores);
        yield g.op("MatMul", g.op("Mul", probs, factor(g, scores, probs)), value);
      }
      case CORRECTED_CONTEXT -> {
        String probs = g.softmax(scores);
        yield g.op("Mul", g.op("MatMul", probs, value), factor(g, scores, probs));
      }
      case ZERO_TOKEN, FUNCTION -> throw new IllegalStateException(label());
    };
  }

  private static String exponentials(FormGraph g, String scores) {
    String max = g.op("Max", g.rowMax(scores), g.scalar(0));
    String raised = g.op("Exp", g.op("Sub", scores, max));
    String sum = g.op("Add", g.rowSum(raised), g.op("Exp", g.op("Neg", max)));
    return g.op("Div", raised, sum);
  }

  private static String factor(FormGraph g, String scores, String probs) {
    return g.op("Sigmoid", g.op("Sub", g.rowMax(scores), g.op("Log", g.rowMax(probs))));
  }
}
