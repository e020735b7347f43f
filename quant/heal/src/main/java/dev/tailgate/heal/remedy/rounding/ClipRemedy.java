package dev.tailgate.heal.remedy.rounding;

import dev.tailgate.heal.remedy.Remedy;
import dev.tailgate.heal.remedy.Treated;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.remedy.Repair;
import dev.tailgate.quant.calibrate.RangeEstimator;
import dev.tailgate.quant.plan.Calibrated;
import dev.tailgate.quant.plan.CalibrationContext;
import dev.tailgate.quant.plan.EstimatorChoice;
import dev.tailgate.quant.plan.Plan;
import dev.tailgate.quant.plan.QuantizationSettings;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The range estimator of activations whose simulated model comes closest to the float one on the
 * calibration data, by the SQNR of the outputs: that of the plan, min-max, the percentiles 99.99
 * and 99.999, least squared error and least divergence, all estimated in one pass. Each finds the
 * clipping range of every tap for itself; one estimator is chosen for all of them.
 */
public final class ClipRemedy implements Remedy {
  private static final List<RangeEstimator> TRIED =
      List.of(
          new RangeEstimator.MinMax(),
          new RangeEstimator.Percentile(99.99),
          new RangeEstimator.Percentile(99.999),
          new RangeEstimator.Mse(),
          new RangeEstimator.Entropy());

  /** Percentiles are found by operators of this opset. */
  private static final int PERCENTILE_OPSET = 10;

  @Override
  public String id() {
    return "clip";
  }

  @Override
  public String summary() {
    return "takes the range estimator of activations that costs least on the calibration data";
  }

  @Override
  public boolean keepsFunction() {
    return true;
  }

  @Override
  public Treated apply(Plan plan, CalibrationContext context) {
    OnnxModel model = plan.model();
    QuantizationSettings settings = plan.settings();
    if (settings.scheme().activations().isEmpty() || settings.scheme().isDynamic()) {
      String why = "its activations are float or get their ranges anew in every run";
      return new Treated(plan, List.of(), List.of(new Repair.Note("the model", why)));
    }
    List<RangeEstimator> estimators = estimators(plan);
    Plan all = plan.with(settings.withEstimators(estimators));
    List<Calibrated> calibrated = Calibrated.byEstimator(all, all.probe(context.shapes()), context);
    EstimatorChoice choice =
        EstimatorChoice.among(
            model,
            calibrated,
            () -> context.calibration().apply(model),
            context.options(),
            context.progress());
    return treated(plan, estimators, calibrated.indexOf(choice.chosen()), choice);
  }

  /** That of the plan first: it stays where no other is better. */
  private static List<RangeEstimator> estimators(Plan plan) {
    Set<RangeEstimator> estimators = new LinkedHashSet<>();
    estimators.add(plan.settings().estimators().get(0));
    for (RangeEstimator tried : TRIED) {
      boolean old = plan.model().opset() < PERCENTILE_OPSET;
      if (!(old && tried instanceof RangeEstimator.Percentile)) {
        estimators.add(tried);
      }
    }
    return List.copyOf(estimators);
  }

  private static Treated treated(
      Plan plan, List<RangeEstimator> estimators, int best, EstimatorChoice choice) {
    List<String> words = new ArrayList<>();
    for (EstimatorChoice.Tried tried : choice.tried()) {
      words.add(tried.inWords());
    }
    String compared = String.join(", ", words);
    if (best <= 0) {
      Repair.Note kept =
          new Repair.Note(
              "the range estimator", "stays, no other is better on calibration data: " + compared);
      return new Treated(plan, List.of(), List.of(kept));
    }
    Repair.Note chosen =
        new Repair.Note(
            "the range estimator",
            "is " + estimators.get(best).label() + " now, on calibration data: " + compared);
    return new Treated(
        plan.with(plan.settings().with(estimators.get(best))), List.of(chosen), List.of());
  }
}
