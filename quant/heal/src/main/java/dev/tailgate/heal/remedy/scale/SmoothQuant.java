package dev.tailgate.heal.remedy.scale;

import dev.tailgate.heal.remedy.FunctionCheck;
import dev.tailgate.heal.remedy.Remedy;
import dev.tailgate.heal.remedy.Treated;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.remedy.Repair;
import dev.tailgate.onnx.remedy.scale.ChannelScaling;
import dev.tailgate.onnx.remedy.scale.Fold;
import dev.tailgate.onnx.remedy.scale.ScaledInput;
import dev.tailgate.onnx.remedy.scale.SmoothingScales;
import dev.tailgate.quant.plan.CalibrationContext;
import dev.tailgate.quant.plan.Plan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * SmoothQuant (arXiv 2211.10438): activations are divided channel by channel and the weights that
 * read them multiplied, by the scales of {@link SmoothingScales}.
 *
 * <p>A division that no weights take costs a Div. Where a placement rounds an activation as soon as
 * it is made, a Div after that would come too late, so such activations are refused there.
 */
public final class SmoothQuant implements Remedy {
  private final OptionalDouble alpha;

  private SmoothQuant(OptionalDouble alpha) {
    this.alpha = alpha;
  }

  /** With alpha searched for each activation. */
  public static SmoothQuant searched() {
    return new SmoothQuant(OptionalDouble.empty());
  }

  /**
   * With one alpha for all.
   *
   * @throws IllegalArgumentException for an alpha outside [0, 1]
   */
  public static SmoothQuant fixed(double alpha) {
    if (!(alpha >= 0 && alpha <= 1)) {
      throw new IllegalArgumentException("Alpha must lie between 0 and 1, found " + alpha);
    }
    return new SmoothQuant(OptionalDouble.of(alpha));
  }

  @Override
  public String id() {
    return "smoothquant";
  }

  @Override
  public String summary() {
    return "moves the scale of activation channels into the weights that read them";
  }

  @Override
  public boolean keepsFunction() {
    return true;
  }

  @Override
  public Treated apply(Plan plan, CalibrationContext context) {
    OnnxModel model = plan.model();
    List<Repair.Note> refused = new ArrayList<>();
    List<ScaledInput> inputs = inputs(plan, refused);
    if (inputs.isEmpty()) {
      return new Treated(plan, List.of(), refused);
    }
    Map<String, ChannelSample> samples =
        ChannelSamples.of(
            model,
            inputs,
            context,
            plan.settings().calibrationBatches(),
            alpha.isPresent() ? i -> 0 : ChannelSamples::affordable);
    Map<String, double[]> scales = new LinkedHashMap<>();
    Map<String, String> details = new LinkedHashMap<>();
    if (alpha.isPresent()) {
      String detail = String.format(Locale.ROOT, "alpha %.2f", alpha.getAsDouble());
      inputs.stream()
          .filter(input -> samples.containsKey(input.tensor()))
          .forEach(
              input -> {
                double[] maxima = Objects.requireNonNull(samples.get(input.tensor())).maxima();
                double[] weights = input.weightMaxima(model);
                scales.put(
                    input.tensor(), SmoothingScales.of(maxima, weights, alpha.getAsDouble()));
                details.put(input.id(), detail);
              });
    } else {
      new AlphaSearch(plan, inputs, samples, context)
          .run()
          .forEach(
              (input, choice) -> {
                if (choice.scales().isPresent()) {
                  scales.put(input.tensor(), choice.scales().get());
                  details.put(input.id(), choice.inWords());
                } else {
                  refused.add(new Repair.Note(input.id(), choice.inWords()));
                }
              });
    }
    Repair repair = ChannelScaling.apply(plan.map(), scales, ChannelScaling.Unfolded.DIVIDE);
    refused.addAll(repair.refused());
    List<Repair.Note> applied =
        repair.applied().stream()
            .map(n -> new Repair.Note(n.place(), n.text() + ", " + details.get(n.place())))
            .toList();
    return FunctionCheck.checked(
        plan, new Treated(plan.with(repair.model()), applied, refused), context);
  }

  private static List<ScaledInput> inputs(Plan plan, List<Repair.Note> refused) {
    List<ScaledInput> all = RoundedInputs.of(plan);
    Set<ScaledInput> late = LateScales.among(plan, all);
    for (ScaledInput input : all) {
      if (late.contains(input) && input.fold() instanceof Fold.Nowhere nowhere) {
        refused.add(
            new Repair.Note(
                input.id(),
                nowhere.reason() + ", and this placement rounds it before a Div could scale it"));
      }
    }
    return all.stream().filter(input -> !late.contains(input)).toList();
  }
}
