package dev.tailgate.heal.remedy.scale;

import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.layer.NormLayer;
import dev.tailgate.onnx.layer.Parameter;
import dev.tailgate.onnx.remedy.scale.Fold;
import dev.tailgate.onnx.remedy.scale.ScaledInput;
import dev.tailgate.quant.plan.Plan;
import dev.tailgate.quant.scheme.GridRule;
import dev.tailgate.quant.scheme.QuantParams;
import dev.tailgate.quant.scheme.TensorScheme;
import dev.tailgate.stats.Range;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What rounding a norm's gain does to the activation it makes. Where a placement rounds gains, one
 * scale covers all of them; dividing channels makes some small and others large, and a gain that
 * falls between the levels scales its whole channel wrongly:
 *
 * <pre>
 *   x_j / s_j = n_j g_j / s_j + b_j / s_j   becomes   n_j Q(g_j / s_j) + b_j / s_j
 * </pre>
 *
 * Shifts are not rounded. Searched weight ranges are not followed: the range is that of all gains.
 */
final class RoundedGain {
  private final double[] gain;
  private final double[] shift;
  private final TensorScheme scheme;

  private RoundedGain(double[] gain, double[] shift, TensorScheme scheme) {
    this.gain = gain;
    this.shift = shift;
    this.scheme = scheme;
  }

  /** For the inputs whose scale goes into a gain that the plan's quantization rounds. */
  static Map<ScaledInput, RoundedGain> of(Plan plan, Iterable<ScaledInput> inputs) {
    Map<ScaledInput, RoundedGain> found = new HashMap<>();
    OnnxModel model = plan.model();
    Optional<TensorScheme> scheme = plan.settings().scheme().weights();
    if (scheme.isEmpty()) {
      return found;
    }
    Set<String> rounded =
        plan.placed().weights().stream().map(weight -> weight.tensor()).collect(Collectors.toSet());
    for (ScaledInput input : inputs) {
      if (input.fold() instanceof Fold.IntoNorm fold) {
        fold.norm()
            .gain()
            .filter(gain -> rounded.contains(gain.constant()))
            .map(gain -> of(model, fold.norm(), gain, scheme.get()))
            .ifPresent(gain -> found.put(input, gain));
      }
    }
    return found;
  }

  private static RoundedGain of(
      OnnxModel model, NormLayer norm, Parameter gain, TensorScheme scheme) {
    double[] g = values(model, gain);
    double[] b = norm.shift().map(shift -> values(model, shift)).orElse(new double[g.length]);
    return new RoundedGain(g, b, scheme);
  }

  private static double[] values(OnnxModel model, Parameter parameter) {
    ConstantTensor constant = model.graph().constant(parameter.constant()).orElseThrow();
    return constant.toDoubles(Math.toIntExact(constant.elementCount()));
  }

  /** Rows {@code x / s} as the rounded gain makes them; in a new array. */
  float[] apply(float[] rows, double[] s) {
    double min = 0;
    double max = 0;
    for (int j = 0; j < gain.length; j++) {
      min = Math.min(min, gain[j] / s[j]);
      max = Math.max(max, gain[j] / s[j]);
    }
    Range range = new Range(min, max);
    QuantParams grid = GridRule.grid(scheme.signedFor(range), range).perTensor();
    float[] result = new float[rows.length];
    for (int i = 0; i < rows.length; i++) {
      int j = i % gain.length;
      double exact = gain[j] / s[j];
      double ratio = exact == 0 ? 1 : grid.fakeQuant((float) exact, 0) / exact;
      double moved = shift[j] / s[j];
      result[i] = (float) ((rows[i] - moved) * ratio + moved);
    }
    return result;
  }
}
