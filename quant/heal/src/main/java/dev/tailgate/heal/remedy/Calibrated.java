package dev.tailgate.heal.remedy;

import dev.tailgate.onnx.attention.AttentionFinder;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.role.TapFinder;
import dev.tailgate.onnx.role.TapMap;
import dev.tailgate.quant.measure.ShapeProbe;
import dev.tailgate.quant.placement.PlacementPlan;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.plan.QuantPoints;
import dev.tailgate.quant.plan.Quantization;
import dev.tailgate.quant.plan.Quantizations;
import dev.tailgate.quant.qdq.InsertQuantizeDequantize;
import java.util.List;

/**
 * A candidate with the grids of all its points.
 *
 * @param taps the activations of its model by role
 * @param points its quantized activations; weights are in the plan of the quantization
 * @param quantization the grids by the first range estimator of the settings
 */
public record Calibrated(
    Candidate candidate,
    TapMap taps,
    List<QuantPoint.Activation> points,
    Quantization quantization) {

  /** Copies the points. */
  public Calibrated {
    points = List.copyOf(points);
  }

  /** Plans and calibrates. */
  public static Calibrated of(Candidate candidate, RemedyContext context) {
    OnnxModel model = candidate.model();
    TapMap taps = TapFinder.find(model, AttentionFinder.find(model));
    PlacementPlan plan = candidate.settings().plan(model, taps);
    List<QuantPoint.Activation> points =
        QuantPoints.of(plan, ShapeProbe.probe(model, QuantPoints.tensors(plan), context.options()));
    Quantization quantization =
        Quantizations.make(
                model,
                plan,
                points,
                candidate.settings(),
                () -> context.calibration().apply(model),
                context.options(),
                context.progress())
            .get(0);
    return new Calibrated(candidate, taps, points, quantization);
  }

  /** The model that rounds at every point. */
  public OnnxModel simulated() {
    return InsertQuantizeDequantize.apply(candidate.model(), quantization.quantizers());
  }
}
