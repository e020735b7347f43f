package dev.tailgate.quant.plan;

import dev.tailgate.quant.calibrate.DataFault;
import dev.tailgate.quant.placement.PlacementPlan;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.placement.Quantizer;
import dev.tailgate.quant.scheme.QuantParams;
import dev.tailgate.quant.weights.WeightGrids;
import dev.tailgate.result.GridRange;
import dev.tailgate.result.QuantizationInfo;
import dev.tailgate.result.QuantizedPoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A finished plan: the quantizer of every weight and activation.
 *
 * @param quantizers weights first, then activations in graph order
 * @param plan where they come from
 * @param settings what was asked for
 * @param estimator label of the range estimator the activations' grids come from
 * @param calibrationBatches batches that were there to estimate on
 * @param weightNotes where weights are not quantized as asked for
 * @param faults values that were left out of ranges
 */
public record Quantization(
    Map<QuantPoint, Quantizer> quantizers,
    PlacementPlan plan,
    QuantizationSettings settings,
    String estimator,
    int calibrationBatches,
    List<WeightGrids.Note> weightNotes,
    List<DataFault> faults) {
  /** The estimator's label where the grids come from a file. */
  public static final String ENCODINGS = "encodings";

  /** Copies notes and faults. */
  public Quantization {
    weightNotes = List.copyOf(weightNotes);
    faults = List.copyOf(faults);
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

  /** Number of quantized weights. */
  public int weights() {
    return (int) quantizers.keySet().stream().filter(QuantPoint.Weight.class::isInstance).count();
  }

  /** What results say about it. */
  public QuantizationInfo info() {
    boolean imported = estimator.equals(ENCODINGS);
    String weightWords =
        settings
            .scheme()
            .weights()
            .map(w -> w.inWords() + ", " + settings.weightRange().label())
            .orElse("float");
    String activationWords =
        settings.scheme().activations().map(a -> a.inWords() + ", " + estimator).orElse("float");
    return new QuantizationInfo(
        imported ? ENCODINGS : scheme(),
        imported ? formats(QuantPoint.Weight.class) : weightWords,
        imported ? formats(QuantPoint.Activation.class) : activationWords,
        estimator,
        calibrationBatches,
        simulation(),
        plan.keptFloat().stream()
            .map(kept -> new QuantizationInfo.KeptFloat(kept.node(), kept.reason()))
            .toList());
  }

  private String scheme() {
    int count = settings.exceptions().size();
    String more =
        count == 0 ? "" : count == 1 ? " with 1 exception" : " with " + count + " exceptions";
    return settings.scheme().name() + more;
  }

  /** The number formats that grids of a kind have. */
  private String formats(Class<? extends QuantPoint> kind) {
    String found =
        quantizers.entrySet().stream()
            .filter(e -> kind.isInstance(e.getKey()) && e.getValue() instanceof Quantizer.Fixed)
            .map(e -> ((Quantizer.Fixed) e.getValue()).params().format().label())
            .distinct()
            .sorted()
            .collect(Collectors.joining(", "));
    return found.isEmpty() ? "float" : found + " from encodings";
  }

  private String simulation() {
    String how = "quantize-dequantize in float, half to even, int8 fusion off";
    if (estimator.equals(ENCODINGS)
        || settings.scheme().activations().isEmpty()
        || settings.scheme().isDynamic()) {
      return how;
    }
    return how
        + (settings.sequential()
            ? "; sequential calibration (later layers see quantized inputs)"
            : "; calibration on float activations");
  }

  /** Information about a run without quantization. */
  public static QuantizationInfo none() {
    return new QuantizationInfo("none", "float", "float", "none", 0, "not quantized", List.of());
  }

  /** The fixed grids, as results list them. */
  public List<QuantizedPoint> points() {
    List<QuantizedPoint> points = new ArrayList<>();
    quantizers.forEach(
        (point, quantizer) -> {
          if (quantizer instanceof Quantizer.Fixed fixed) {
            points.add(point(point, fixed.params()));
          }
        });
    return points;
  }

  private static QuantizedPoint point(QuantPoint point, QuantParams grid) {
    return new QuantizedPoint(
        point.tensor(),
        point instanceof QuantPoint.Weight
            ? QuantizedPoint.Kind.WEIGHT
            : QuantizedPoint.Kind.ACTIVATION,
        point.role(),
        grid.format().bits(),
        grid.format().lowest() < 0,
        grid.isZeroCentred(),
        grid.largestScale(),
        grid.zeroPoint(0),
        grid.min(),
        grid.max());
  }
}
