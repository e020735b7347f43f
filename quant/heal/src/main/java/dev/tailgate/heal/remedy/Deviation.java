package dev.tailgate.heal.remedy;

import dev.tailgate.data.Batch;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.Printable;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * How far a model is from one that ought to compute the same: the largest difference of two outputs
 * by the largest magnitude of the output, over the outputs of a float type.
 *
 * @param output where it is largest
 * @param relative the difference there; NaN where one model gives NaN and the other does not
 * @param type the coarsest float type of a weight
 */
public record Deviation(String output, double relative, ElementType type) {
  /** Sums of some thousand products, in another order and another basis. */
  private static final double FLOAT = 1e-3;

  /** 11 bits of mantissa, 8 of bfloat16. */
  private static final double HALF = 0.1;

  /** Runs both on {@code batch}. */
  public static Deviation between(OnnxModel a, OnnxModel b, Batch batch, RunnerOptions options) {
    Set<String> outputs = new LinkedHashSet<>(a.graph().outputNames());
    Map<String, Tensor> expected;
    Map<String, Tensor> found;
    try (ModelRunner runner = ModelRunner.open(a, options)) {
      expected = runner.run(batch.inputs(), outputs);
    }
    try (ModelRunner runner = ModelRunner.open(b, options)) {
      found = runner.run(batch.inputs(), outputs);
    }
    Deviation worst = new Deviation("", 0, coarsest(a));
    for (String name : outputs) {
      Tensor one = Objects.requireNonNull(expected.get(name));
      Tensor other = Objects.requireNonNull(found.get(name));
      if (one.type().isFloat()) {
        double relative = relative(Elements.toFloats(one), Elements.toFloats(other));
        if (!(relative <= worst.relative())) {
          worst = new Deviation(name, relative, worst.type());
        }
      }
    }
    return worst;
  }

  private static ElementType coarsest(OnnxModel model) {
    return model.graph().initializers().values().stream()
        .map(tensor -> tensor.type())
        .filter(type -> type == ElementType.FLOAT16 || type == ElementType.BFLOAT16)
        .findFirst()
        .orElse(ElementType.FLOAT);
  }

  /** Elements that neither model computes as a number are the same. */
  private static double relative(float[] expected, float[] found) {
    if (expected.length != found.length) {
      return Double.NaN;
    }
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < expected.length; i++) {
      if (Float.compare(expected[i], found[i]) != 0) {
        double d = Math.abs((double) expected[i] - found[i]);
        if (Double.isNaN(d) || Double.isInfinite(d)) {
          return Double.NaN;
        }
        difference = Math.max(difference, d);
      }
      if (Float.isFinite(expected[i])) {
        largest = Math.max(largest, Math.abs(expected[i]));
      }
    }
    return difference == 0 ? 0 : difference / largest;
  }

  /** Whether it is what rounding explains. */
  public boolean isRounding() {
    return relative <= (type == ElementType.FLOAT ? FLOAT : HALF);
  }

  /** In words, as they follow "differs in". */
  public String text() {
    return "output "
        + Printable.of(output)
        + String.format(Locale.ROOT, " by %.2g of its largest magnitude", relative);
  }
}
