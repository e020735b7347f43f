package dev.tailgate.heal.remedy.scale;

import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.layer.LayerEdit;
import dev.tailgate.onnx.layer.LinearLayer;
import dev.tailgate.onnx.remedy.scale.ScaledInput;
import dev.tailgate.onnx.remedy.scale.SmoothingScales;
import dev.tailgate.quant.plan.CalibrationContext;
import dev.tailgate.quant.plan.Plan;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Chooses alpha for each activation: that of the grid {@code 0, 0.1, .., 1} with the least squared
 * error of the products that read it,
 *
 * <pre>
 *   e(alpha) = sum |X W - Q(X diag(s)^-1) Q(diag(s) W)|^2 / sum |X W|^2
 * </pre>
 *
 * on rows of calibration data, with the grids that the plan's settings give weights and activation,
 * and a rounded gain of a norm that takes the division ({@link RoundedGain}). What a division does
 * to the weights of a linear layer before is not searched. Nothing is done where no alpha is better
 * than none.
 */
final class AlphaSearch {
  private static final int STEPS = 10;

  /** A gain that a few rows can show by chance. */
  private static final double WORTHWHILE = 0.98;

  private final Plan plan;
  private final List<ScaledInput> inputs;
  private final Map<String, ChannelSample> samples;
  private final CalibrationContext context;
  private final Map<ScaledInput, double[]> weights = new HashMap<>();
  private final Map<ScaledInput, RoundedGain> gains;

  AlphaSearch(
      Plan plan,
      List<ScaledInput> inputs,
      Map<String, ChannelSample> samples,
      CalibrationContext context) {
    this.plan = plan;
    this.inputs = inputs.stream().filter(input -> samples.containsKey(input.tensor())).toList();
    this.samples = samples;
    this.context = context;
    this.gains = RoundedGain.of(plan, this.inputs);
    this.inputs.forEach(input -> weights.put(input, input.weightMaxima(plan.model())));
  }

  /**
   * An outcome.
   *
   * @param scales the best ones; empty where they are no better than none
   * @param inWords a clause with the numbers
   */
  record Choice(Optional<double[]> scales, String inWords) {}

  Map<ScaledInput, Choice> run() {
    RoundedProducts exact = RoundedProducts.exact(plan.map());
    RoundedProducts plain = RoundedProducts.under(plan);
    int count = inputs.size();
    float[][][] expected = new float[count][][];
    double[] before = new double[count];
    double[] best = new double[count];
    int[] chosen = new int[count];
    for (int i = 0; i < count; i++) {
      ScaledInput input = inputs.get(i);
      ChannelSample sample = sample(input);
      expected[i] = exact.of(input, sample.rows(), sample.divided(ones(input)));
      before[i] = error(plain, input, sample.rows(), ones(input), expected[i]);
      best[i] = Double.POSITIVE_INFINITY;
    }
    for (int step = 0; step <= STEPS; step++) {
      Map<String, double[]> scales = scales(step);
      RoundedProducts scaled = RoundedProducts.under(plan.with(weightsScaled(scales)));
      for (int i = 0; i < count; i++) {
        ScaledInput input = inputs.get(i);
        double[] s = scales.getOrDefault(input.tensor(), ones(input));
        double error = error(scaled, input, divided(sample(input).rows(), s), s, expected[i]);
        if (error < best[i]) {
          best[i] = error;
          chosen[i] = step;
        }
      }
      context.progress().at("searching alpha", step + 1L, STEPS + 1L);
    }
    Map<ScaledInput, Choice> choices = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      boolean better = best[i] < WORTHWHILE * before[i];
      choices.put(
          inputs.get(i),
          new Choice(
              better
                  ? Optional.of(scales(inputs.get(i), (double) chosen[i] / STEPS))
                  : Optional.empty(),
              inWords(before[i], best[i], chosen[i], better)));
    }
    return choices;
  }

  private static String inWords(double before, double best, int step, boolean better) {
    double alpha = (double) step / STEPS;
    return better
        ? String.format(
            Locale.ROOT,
            "alpha %.1f: error of its products %.3g, without %.3g",
            alpha,
            best,
            before)
        : String.format(
            Locale.ROOT,
            "no alpha is worth it: error of its products %.3g at best (alpha %.1f), without %.3g",
            best,
            alpha,
            before);
  }

  /** A model for its weights only: without the divisions it computes something else. */
  private OnnxModel weightsScaled(Map<String, double[]> scales) {
    LayerEdit edit = LayerEdit.of(plan.model(), "AlphaSearch");
    for (ScaledInput input : inputs) {
      double[] s = Objects.requireNonNull(scales.get(input.tensor()));
      for (LinearLayer layer : input.readers()) {
        for (int j = 0; j < s.length; j++) {
          edit.weight(layer).scaleRow(j, s[j]);
        }
      }
    }
    return edit.commit();
  }

  private ChannelSample sample(ScaledInput input) {
    return Objects.requireNonNull(samples.get(input.tensor()));
  }

  private Map<String, double[]> scales(int step) {
    Map<String, double[]> scales = new LinkedHashMap<>();
    inputs.forEach(input -> scales.put(input.tensor(), scales(input, (double) step / STEPS)));
    return scales;
  }

  private double[] scales(ScaledInput input, double alpha) {
    double[] weight = Objects.requireNonNull(weights.get(input));
    return SmoothingScales.of(sample(input).maxima(), weight, alpha);
  }

  private static double[] ones(ScaledInput input) {
    double[] ones = new double[input.width()];
    Arrays.fill(ones, 1);
    return ones;
  }

  private static float[] divided(float[] rows, double[] s) {
    float[] divided = new float[rows.length];
    for (int i = 0; i < rows.length; i++) {
      divided[i] = (float) (rows[i] / s[i % s.length]);
    }
    return divided;
  }

  private double error(
      RoundedProducts products, ScaledInput input, float[] rows, double[] s, float[][] expected) {
    RoundedGain gain = gains.get(input);
    float[] made = gain == null ? rows : gain.apply(rows, s);
    float[][] found = products.of(input, made, sample(input).divided(s));
    double error = 0;
    double power = 0;
    for (int r = 0; r < expected.length; r++) {
      for (int i = 0; i < expected[r].length && i < found[r].length; i++) {
        double off = (double) expected[r][i] - found[r][i];
        error += off * off;
        power += (double) expected[r][i] * expected[r][i];
      }
    }
    return power == 0 ? 0 : error / power;
  }
}
