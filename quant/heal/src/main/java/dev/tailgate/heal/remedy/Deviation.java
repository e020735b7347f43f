package dev.tailgate.heal.remedy;

import dev.tailgate.data.Batch;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.input.ReadableOutputs;
import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.Printable;
import dev.tailgate.quant.contest.Contest;
import dev.tailgate.quant.contest.Contestant;
import dev.tailgate.quant.contest.Keep;
import dev.tailgate.quant.contest.Round;
import java.util.List;
import java.util.Locale;
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
    Set<String> outputs = ReadableOutputs.of(a.graph()).names();
    Deviation[] worst = {new Deviation("", 0, coarsest(a))};
    try (Contest contest =
        Contest.open(
            Contestant.of("a", a, outputs, options),
            List.of(batch),
            new Keep(outputs, Long.MAX_VALUE))) {
      // The first pass is its own: two models at once may not fit into memory.
      contest.run(List.of());
      contest.run(
          List.of(Contestant.of("b", b, outputs, options)),
          round -> outputs.forEach(name -> worst[0] = worst[0].orIn(name, round)));
    }
    return worst[0];
  }

  /** The worse of this one and that of one output. */
  private Deviation orIn(String name, Round round) {
    Tensor one = round.reference().get(name);
    Tensor other = round.of("b").get(name);
    if (one == null || other == null || !one.type().isFloat()) {
      return this;
    }
    double found = relative(Elements.toFloats(one), Elements.toFloats(other));
    return Double.isNaN(relative) || found <= relative ? this : new Deviation(name, found, type);
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
    String where = "output " + Printable.of(output);
    return Double.isNaN(relative)
        ? where + ", which is not finite in one of them"
        : where + String.format(Locale.ROOT, " by %.2g of its largest magnitude", relative);
  }
}
