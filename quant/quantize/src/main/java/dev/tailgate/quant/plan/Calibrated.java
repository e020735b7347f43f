package dev.tailgate.quant.plan;

import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.quant.calibrate.DataFault;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.placement.Quantizer;
import dev.tailgate.quant.placement.WeightedNodes;
import dev.tailgate.quant.qdq.InsertQuantizeDequantize;
import dev.tailgate.quant.qdq.QuantizedInputs;
import dev.tailgate.quant.weights.WeightGrids;
import dev.tailgate.result.GridRange;
import dev.tailgate.result.QuantizationInfo;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A plan with the quantizer of every point: the grids of weights from their values, those of
 * activations from ranges found on data, or all of them from a file.
 *
 * @param plan what they were found for
 * @param activations the activations to quantize; the weights are in the plan
 * @param quantizers by point, weights first, then activations in graph order
 * @param source where the grids of the activations come from
 * @param weightNotes where weights are not quantized as asked for
 */
public record Calibrated(
    Plan plan,
    List<QuantPoint.Activation> activations,
    Map<QuantPoint, Quantizer> quantizers,
    Source source,
    List<WeightGrids.Note> weightNotes) {
  /** Copies the lists. */
  public Calibrated {
    activations = List.copyOf(activations);
    weightNotes = List.copyOf(weightNotes);
  }

  /**
   * Where the grids of activations come from.
   *
   * @param estimator label of the range estimator
   * @param batches batches that were there to estimate on
   * @param copies whether samples were repeated to fill the model's fixed batch
   * @param faults values that were left out of ranges
   */
  public record Source(String estimator, int batches, boolean copies, List<DataFault> faults) {
    /** No activation has a range that is known before the run. */
    public static final Source NONE = new Source("none", 0, false, List.of());

    /** A file of encodings. */
    public static final Source ENCODINGS = new Source("encodings", 0, false, List.of());

    /** Copies the faults. */
    public Source {
      faults = List.copyOf(faults);
    }
  }

  /** Calibrates {@code plan} by the first range estimator of its settings. */
  public static Calibrated of(Plan plan, CalibrationContext context) {
    return of(plan, plan.probe(context.shapes()), context);
  }

  /** The same where the activations of {@code plan} have been probed. */
  public static Calibrated of(
      Plan plan, List<QuantPoint.Activation> activations, CalibrationContext context) {
    return byEstimator(plan, activations, context).get(0);
  }

  /**
   * Calibrates {@code plan} by each range estimator of its settings, in their order and in one pass
   * over the data; a scheme that needs no calibration gives one outcome.
   */
  public static List<Calibrated> byEstimator(
      Plan plan, List<QuantPoint.Activation> activations, CalibrationContext context) {
    return new PlanCalibration(plan, activations, context).run();
  }

  /** The model, in floats. */
  public OnnxModel model() {
    return plan.model();
  }

  /** The model that rounds at every point. */
  public OnnxModel simulated() {
    return InsertQuantizeDequantize.apply(model(), quantizers);
  }

  /** What the quantizer of {@code tensor} can represent, where that is fixed. */
  public Optional<GridRange> clipping(String tensor) {
    return quantizers.entrySet().stream()
        .filter(e -> e.getKey().tensor().equals(tensor))
        .map(Map.Entry::getValue)
        .filter(Quantizer.Fixed.class::isInstance)
        .map(q -> ((Quantizer.Fixed) q).params())
        .findFirst()
        .map(p -> new GridRange(p.min(), p.max()));
  }

  /** Which branches have ranges; all where no activation needs one. */
  public TakenBranches branches() {
    return plan.settings().scheme().activations().isPresent()
        ? plan.branches(activations)
        : new TakenBranches(Set.of());
  }

  /** How many of the model's matrix products read quantized factors, one of them at least. */
  public QuantizationInfo.Products products() {
    QuantizedInputs inputs = new QuantizedInputs(model().graph(), quantizers);
    List<OnnxNode> products = WeightedNodes.ofMainGraph(plan.map());
    long quantized =
        products.stream()
            .filter(node -> inputs.of(node, 0).isPresent() || inputs.of(node, 1).isPresent())
            .count();
    int all = products.size() + WeightedNodes.nested(plan.map()).size();
    return new QuantizationInfo.Products((int) quantized, all);
  }

  /**
   * Whether the model computes as before in what a scheme is about: nothing is rounded, or no
   * factor of any of its matrix products. How near its outputs are to the float model's says
   * nothing of the scheme then.
   */
  public boolean isIdle() {
    QuantizationInfo.Products products = products();
    return quantizers.isEmpty() || (products.all() > 0 && products.quantized() == 0);
  }

  /** Number of quantized weights. */
  public int weights() {
    return (int) quantizers.keySet().stream().filter(QuantPoint.Weight.class::isInstance).count();
  }
}
