package dev.tailgate.run.bench;

import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import java.util.List;
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
    GraphBuilder g = GraphBuilder.on(OnnxModel.blank(17));
    Value q = input(g, "q");
    Value key = input(g, "kT");
    Value value = input(g, "v");
    Value mask = input(g, "mask");
    if (this == FUNCTION) {
      g.function(
          "local",
          "Softmax1",
          List.of("z"),
          z -> List.of(exponentials(g, z.get(0).of(ElementType.FLOAT))));
    }
    if (this == ZERO_TOKEN) {
      Value scores = q.matMul(padded(g, key, 3)).plus(padded(g, mask, 3));
      return summed(g, scores.softmax(-1).matMul(padded(g, value, 2)));
    }
    return summed(g, context(g, q.matMul(key).plus(mask), value));
  }

  /** An input of floats; all its sizes are symbolic. */
  private static Value input(GraphBuilder g, String name) {
    return g.input(
        name,
        ElementType.FLOAT,
        Dim.of(name + 0),
        Dim.of(name + 1),
        Dim.of(name + 2),
        Dim.of(name + 3));
  }

  private static OnnxModel summed(GraphBuilder g, Value context) {
    return g.output("sum", context.sum(-1)).model();
  }

  private Value context(GraphBuilder g, Value scores, Value value) {
    return switch (this) {
      case SOFTMAX -> scores.softmax(-1).matMul(value);
      case PADDED_COLUMN -> padded(g, scores, 3).softmax(-1).slice(-1, 0, -1).matMul(value);
      case PADDED_COLUMN_AND_VALUE -> padded(g, scores, 3).softmax(-1).matMul(padded(g, value, 2));
      case CONCATENATED_COLUMN -> {
        Value shape = g.concat(0, scores.shape().slice(0, 0, -1), g.longs(1));
        Value wide = g.concat(-1, scores, shape.op("ConstantOfShape"));
        yield wide.softmax(-1).slice(-1, 0, -1).matMul(value);
      }
      case EXPONENTIALS -> exponentials(g, scores).matMul(value);
      case CORRECTED_SOFTMAX -> {
        Value probs = scores.softmax(-1);
        yield probs.times(factor(scores, probs)).matMul(value);
      }
      case CORRECTED_CONTEXT -> {
        Value probs = scores.softmax(-1);
        yield probs.matMul(value).times(factor(scores, probs));
      }
      case FUNCTION -> g.node("Softmax1", scores).from("local").value().matMul(value);
      case ZERO_TOKEN -> throw new IllegalStateException(label());
    };
  }

  /** Zeros behind the last element of one of four axes. */
  private static Value padded(GraphBuilder g, Value value, int axis) {
    long[] pads = new long[8];
    pads[4 + axis] = 1;
    return value.op("Pad", g.longs(pads));
  }

  private static Value exponentials(GraphBuilder g, Value scores) {
    Value max = scores.max(-1).op("Max", g.scalar(ElementType.FLOAT, 0));
    Value raised = scores.minus(max).exp();
    return raised.over(raised.sum(-1).plus(max.negative().exp()));
  }

  private static Value factor(Value scores, Value probs) {
    return scores.max(-1).minus(probs.max(-1).log()).sigmoid();
  }
}
