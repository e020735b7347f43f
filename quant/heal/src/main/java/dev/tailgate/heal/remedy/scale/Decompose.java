package dev.tailgate.heal.remedy.scale;

import dev.tailgate.heal.remedy.FunctionCheck;
import dev.tailgate.heal.remedy.Remedy;
import dev.tailgate.heal.remedy.Treated;
import dev.tailgate.onnx.remedy.Repair;
import dev.tailgate.onnx.remedy.scale.OutlierDecomposition;
import dev.tailgate.onnx.remedy.scale.ScaledInput;
import dev.tailgate.quant.placement.PointFilter;
import dev.tailgate.quant.placement.Selector;
import dev.tailgate.quant.plan.CalibrationContext;
import dev.tailgate.quant.plan.OutlierChannels;
import dev.tailgate.quant.plan.Plan;
import dev.tailgate.quant.plan.QuantizationSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Outlier channels in float (LLM.int8, arXiv 2208.07339), by {@link OutlierDecomposition}.
 *
 * <p>The paper's threshold of 6 belongs to its models. Here channels are ranked by {@code max|x_j|}
 * on calibration data; of {@code 1, .., K} channels, {@code K} a share of the width, the fewest are
 * taken that shrink the range nearly as far as {@code K} do. An activation whose range they do not
 * shrink by the asked factor has no outlier channels, and is refused.
 */
public final class Decompose implements Remedy {
  /** A range this near the smallest is as good. */
  private static final double NEARLY = 1.1;

  private final double share;
  private final double factor;

  /** At most 1 % of the channels, which have to halve the range. */
  public Decompose() {
    this(0.01, 2);
  }

  /**
   * With other bounds.
   *
   * @param share of the channels that may be taken out, one in any case; below a half
   * @param factor by which the range has to shrink, above 1
   * @throws IllegalArgumentException for values outside
   */
  public Decompose(double share, double factor) {
    if (!(share >= 0 && share < 0.5 && factor > 1)) {
      throw new IllegalArgumentException("Share " + share + " and factor " + factor);
    }
    this.share = share;
    this.factor = factor;
  }

  @Override
  public String id() {
    return "decompose";
  }

  @Override
  public String summary() {
    return "multiplies the few outlier channels of activations in float";
  }

  @Override
  public boolean keepsFunction() {
    return true;
  }

  @Override
  public Treated apply(Plan plan, CalibrationContext context) {
    List<ScaledInput> inputs = RoundedInputs.of(plan);
    if (inputs.isEmpty()) {
      return new Treated(plan, List.of(), List.of());
    }
    Map<String, ChannelSample> samples =
        ChannelSamples.of(
            plan.model(), inputs, context, plan.settings().calibrationBatches(), input -> 0);
    Map<String, int[]> outliers = new LinkedHashMap<>();
    Map<String, String> words = new LinkedHashMap<>();
    List<Repair.Note> refused = new ArrayList<>();
    for (ScaledInput input : inputs) {
      ChannelSample sample = samples.get(input.tensor());
      if (sample == null) {
        continue;
      }
      OutlierChannels found = OutlierChannels.of(sample.maxima(), share, NEARLY);
      String numbers =
          String.format(
              Locale.ROOT,
              "largest channel %.3g, without %d of %d channels %.3g",
              found.whole(),
              found.channels().length,
              input.width(),
              found.rest());
      if (found.rest() > 0 && found.whole() >= factor * found.rest()) {
        outliers.put(input.tensor(), found.channels());
        words.put(input.id(), numbers);
      } else {
        refused.add(new Repair.Note(input.id(), "no channel stands out: " + numbers));
      }
    }
    Repair repair = OutlierDecomposition.apply(plan.map(), outliers);
    refused.addAll(repair.refused());
    List<Repair.Note> applied =
        repair.applied().stream()
            .map(n -> new Repair.Note(n.place(), n.text() + ": " + words.get(n.place())))
            .toList();
    if (applied.isEmpty()) {
      return new Treated(plan, applied, refused);
    }
    Plan changed = plan.with(repair.model()).with(excluding(plan.settings()));
    return FunctionCheck.checked(plan, new Treated(changed, applied, refused), context);
  }

  private static QuantizationSettings excluding(QuantizationSettings settings) {
    PointFilter filter = settings.selection().filter();
    List<Selector> excluded = new ArrayList<>(filter.excluded());
    if (excluded.stream().noneMatch(s -> s.text().equals(OutlierDecomposition.EXCLUDE))) {
      excluded.add(Selector.parse(OutlierDecomposition.EXCLUDE));
    }
    return settings.with(new PointFilter(filter.included(), excluded), settings.exceptions());
  }
}
