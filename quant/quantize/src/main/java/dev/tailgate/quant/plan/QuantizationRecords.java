package dev.tailgate.quant.plan;

import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.quantized.ModelQuantization;
import dev.tailgate.onnx.quantized.ProductForm;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.placement.Quantizer;
import dev.tailgate.quant.placement.WeightedNodes;
import dev.tailgate.quant.scheme.QuantParams;
import dev.tailgate.result.QuantizationInfo;
import dev.tailgate.result.QuantizedPoint;
import dev.tailgate.result.StoredQuantization;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What results say about a quantization. */
public final class QuantizationRecords {
  private QuantizationRecords() {}

  /** What was rounded to what, and how. */
  public static QuantizationInfo info(Calibrated calibrated) {
    QuantizationSettings settings = calibrated.plan().settings();
    String estimator = calibrated.source().estimator();
    boolean imported = isImported(calibrated);
    String weightWords =
        settings
            .scheme()
            .weights()
            .map(w -> w.inWords() + ", " + settings.weightRange().label())
            .orElse("float");
    String activationWords =
        settings
            .scheme()
            .activations()
            .map(a -> a.inWords() + (settings.scheme().isDynamic() ? "" : ", " + estimator))
            .orElse("float");
    return new QuantizationInfo(
        imported ? estimator : scheme(settings),
        imported ? formats(calibrated, QuantPoint.Weight.class) : weightWords,
        imported ? formats(calibrated, QuantPoint.Activation.class) : activationWords,
        estimator,
        calibrated.source().batches(),
        simulation(calibrated),
        keptFloat(calibrated),
        Optional.of(calibrated.products()));
  }

  /** What the placement leaves, then what lies in branches that the data does not take. */
  private static List<QuantizationInfo.KeptFloat> keptFloat(Calibrated calibrated) {
    List<QuantizationInfo.KeptFloat> kept = new ArrayList<>();
    calibrated
        .plan()
        .placed()
        .keptFloat()
        .forEach(k -> kept.add(new QuantizationInfo.KeptFloat(k.node(), k.reason())));
    TakenBranches branches = calibrated.branches();
    for (OnnxNode node : WeightedNodes.ofMainGraph(calibrated.plan().map())) {
      branches
          .whyFloat(node)
          .ifPresent(reason -> kept.add(new QuantizationInfo.KeptFloat(node.id(), reason)));
    }
    return kept;
  }

  private static boolean isImported(Calibrated calibrated) {
    return calibrated.source().equals(Calibrated.Source.ENCODINGS);
  }

  private static String scheme(QuantizationSettings settings) {
    int count = settings.exceptions().size();
    String more =
        count == 0 ? "" : count == 1 ? " with 1 exception" : " with " + count + " exceptions";
    return settings.scheme().name() + more;
  }

  /** The number formats that grids of a kind have. */
  private static String formats(Calibrated calibrated, Class<? extends QuantPoint> kind) {
    String found =
        calibrated.quantizers().entrySet().stream()
            .filter(e -> kind.isInstance(e.getKey()) && e.getValue() instanceof Quantizer.Fixed)
            .map(e -> ((Quantizer.Fixed) e.getValue()).params().format().label())
            .distinct()
            .sorted()
            .collect(Collectors.joining(", "));
    return found.isEmpty() ? "float" : found + " from encodings";
  }

  private static String simulation(Calibrated calibrated) {
    QuantizationSettings settings = calibrated.plan().settings();
    String how = "quantize-dequantize in float, half to even, int8 fusion off";
    if (isImported(calibrated)
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
    return new QuantizationInfo(
        "none", "float", "float", "none", 0, "not quantized", List.of(), Optional.empty());
  }

  /**
   * Information about a run of a model as its file has it.
   *
   * @param compared whether its float original ran beside it
   */
  public static QuantizationInfo asStored(ModelQuantization found, boolean compared) {
    String scheme = compared ? found.isQuantized() ? found.name() : "as given" : "none";
    return new QuantizationInfo(
        scheme,
        found.grids(ProductForm::weights),
        found.grids(ProductForm::activations),
        "none",
        0,
        QuantizationInfo.AS_STORED,
        found.products().stream()
            .filter(p -> p.weighted() && !p.isQuantized())
            .map(p -> new QuantizationInfo.KeptFloat(p.node(), "in float in the file"))
            .toList(),
        Optional.empty());
  }

  /** How a model is quantized already; empty for a float model. */
  public static Optional<StoredQuantization> stored(ModelQuantization found) {
    return found.isQuantized()
        ? Optional.of(
            new StoredQuantization(
                found.schemes(),
                found.isComplete(),
                found.products().stream().map(QuantizationRecords::product).toList()))
        : Optional.empty();
  }

  private static StoredQuantization.Product product(ProductForm form) {
    return new StoredQuantization.Product(
        form.node(),
        form.operator(),
        form.place(),
        form.kind().label(),
        form.weights(),
        form.activations());
  }

  /** The fixed grids, as results list them. */
  public static List<QuantizedPoint> points(Calibrated calibrated) {
    List<QuantizedPoint> points = new ArrayList<>();
    calibrated
        .quantizers()
        .forEach(
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
