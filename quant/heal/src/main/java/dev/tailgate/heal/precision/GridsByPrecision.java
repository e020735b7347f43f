package dev.tailgate.heal.precision;

import dev.tailgate.onnx.ir.ModelException;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.quant.placement.PlacementPlan;
import dev.tailgate.quant.placement.Precision;
import dev.tailgate.quant.placement.PrecisionRule;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.placement.Quantizer;
import dev.tailgate.quant.placement.Selector;
import dev.tailgate.quant.plan.Calibrated;
import dev.tailgate.quant.plan.CalibrationContext;
import dev.tailgate.quant.plan.Plan;
import dev.tailgate.quant.plan.QuantizationSettings;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * The grids of all points in all precisions, calibrated once. What a set of exceptions quantizes is
 * planned by the placement itself, so that it is what {@code quantize} does with the same flags.
 */
final class GridsByPrecision {
  private static final Selector EVERYTHING = Selector.parse("name:*");

  private final Calibrated base;
  private final Map<String, QuantPoint.Activation> activations = new HashMap<>();
  private final Map<String, Quantizer> plain;
  private final Map<Precision, Map<String, Quantizer>> finer = new EnumMap<>(Precision.class);

  private GridsByPrecision(Calibrated base) {
    this.base = base;
    this.plain = byTensor(base);
    base.activations().forEach(point -> activations.put(point.tensor(), point));
  }

  /** Calibrates {@code base} anew for each precision that any of its points can have. */
  static GridsByPrecision calibrate(
      Calibrated base, List<Precision> precisions, CalibrationContext context) {
    return calibrate(base, precisions, base.activations(), context);
  }

  /** The same for some activations only; the others have the grid of {@code base}. */
  static GridsByPrecision calibrate(
      Calibrated base,
      List<Precision> precisions,
      List<QuantPoint.Activation> some,
      CalibrationContext context) {
    GridsByPrecision grids = new GridsByPrecision(base);
    boolean weights = base.weights() > 0;
    for (Precision precision : precisions) {
      boolean any =
          precision == Precision.PER_CHANNEL ? weights : some.stream().anyMatch(precision::fits);
      if (any) {
        QuantizationSettings settings = base.plan().settings();
        QuantizationSettings all =
            settings.with(
                settings.selection().filter(), List.of(new PrecisionRule(EVERYTHING, precision)));
        Plan plan = base.plan().with(all);
        grids.finer.put(
            precision,
            precision == Precision.PER_CHANNEL
                ? weights(plan)
                : byTensor(Calibrated.of(plan, some, context)));
      }
    }
    return grids;
  }

  private static Map<String, Quantizer> byTensor(Calibrated calibrated) {
    Map<String, Quantizer> quantizers = new HashMap<>();
    calibrated.quantizers().forEach((p, q) -> quantizers.put(p.tensor(), q));
    return quantizers;
  }

  /** Their grids follow from their values: activations need not be looked at. */
  private static Map<String, Quantizer> weights(Plan plan) {
    Map<String, Quantizer> quantizers = new HashMap<>();
    plan.weightGrids()
        .grids()
        .forEach((point, grid) -> quantizers.put(point.tensor(), new Quantizer.Fixed(grid)));
    return quantizers;
  }

  /** Every grid that a point can have under any exceptions, its own first. */
  Map<QuantPoint, List<Quantizer>> choices(Predicate<QuantPoint> finerToo) {
    Map<QuantPoint, List<Quantizer>> choices = new LinkedHashMap<>();
    base.quantizers()
        .forEach(
            (point, own) -> {
              List<Quantizer> all = new ArrayList<>(List.of(own));
              finer.forEach(
                  (precision, grids) -> {
                    Quantizer other = grids.get(point.tensor());
                    if (finerToo.test(point)
                        && precision.fits(point)
                        && other != null
                        && !all.contains(other)) {
                      all.add(other);
                    }
                  });
              choices.put(point, List.copyOf(all));
            });
    return choices;
  }

  boolean has(Precision precision) {
    return finer.containsKey(precision);
  }

  OnnxModel model() {
    return base.model();
  }

  /** The activations that can be rounded. */
  List<QuantPoint.Activation> points() {
    return base.activations();
  }

  /** Whether the placement has something for each of {@code selectors}, all of them excluded. */
  boolean canExclude(List<String> selectors) {
    try {
      under(new Exceptions(selectors, List.of())).placed();
      return true;
    } catch (ModelException e) {
      return false;
    }
  }

  /** The quantizers under {@code exceptions}. */
  Map<QuantPoint, Quantizer> with(Exceptions exceptions) {
    Plan plan = under(exceptions);
    Map<QuantPoint, Quantizer> quantizers = new LinkedHashMap<>();
    for (QuantPoint.Weight weight : plan.placed().weights()) {
      put(quantizers, weight, exceptions.rules());
    }
    for (PlacementPlan.Candidate candidate : plan.placed().activations()) {
      QuantPoint.Activation known = activations.get(candidate.tensor());
      if (known != null && !candidate.uses().isEmpty()) {
        put(quantizers, known.readBy(candidate.uses()), exceptions.rules());
      }
    }
    return quantizers;
  }

  private Plan under(Exceptions exceptions) {
    return base.plan().with(exceptions.applyTo(base.plan().settings()));
  }

  /** Rules that the base has already are in its own grids. */
  private void put(
      Map<QuantPoint, Quantizer> quantizers, QuantPoint point, List<PrecisionRule> rules) {
    Map<String, Quantizer> source =
        rules.stream()
            .filter(rule -> rule.appliesTo(point))
            .findFirst()
            .map(rule -> Objects.requireNonNull(finer.get(rule.precision())))
            .filter(grids -> grids.containsKey(point.tensor()))
            .orElse(plain);
    Quantizer quantizer = source.get(point.tensor());
    if (quantizer != null) {
      quantizers.put(point, quantizer);
    }
  }
}
