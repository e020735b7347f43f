package dev.tailgate.quant.plan;

import dev.tailgate.data.DataSource;
import dev.tailgate.quant.calibrate.CalibrationResult;
import dev.tailgate.quant.calibrate.CalibrationSettings;
import dev.tailgate.quant.calibrate.RangeCalibrator;
import dev.tailgate.quant.calibrate.RangeEstimator;
import dev.tailgate.quant.placement.Precision;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.placement.Quantizer;
import dev.tailgate.quant.scheme.GridRule;
import dev.tailgate.quant.scheme.TensorScheme;
import dev.tailgate.quant.weights.WeightGrids;
import dev.tailgate.stats.Range;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Finds the grids of a plan: those of weights from their values, those of activations from data.
 * One outcome for each range estimator of the settings, from one pass; a plan whose activations get
 * no range before the run has one.
 */
final class PlanCalibration {
  /** Seconds between two writes of the state of a calibration. */
  private static final int SAVED_EVERY = 30;

  private static final RangeEstimator WHOLE = new RangeEstimator.MinMax();
  private static final RangeEstimator SQUARES = new RangeEstimator.Mse();

  private final Plan plan;
  private final QuantizationSettings settings;
  private final List<QuantPoint.Activation> activations;
  private final CalibrationContext context;
  private final PointSchemes schemes;

  PlanCalibration(Plan plan, List<QuantPoint.Activation> activations, CalibrationContext context) {
    this.plan = plan;
    this.settings = plan.settings();
    this.activations = activations;
    this.context = context;
    this.schemes = new PointSchemes(settings.exceptions());
  }

  /** Opens the calibration data only where ranges are needed. */
  List<Calibrated> run() {
    schemes.verify(Stream.concat(plan.placed().weights().stream(), activations.stream()).toList());
    Map<QuantPoint, Quantizer> weights = new LinkedHashMap<>();
    WeightGrids found =
        settings.scheme().activations().isPresent()
            ? plan.weightGrids(plan.branches(activations))
            : plan.weightGrids();
    found.grids().forEach((point, grid) -> weights.put(point, new Quantizer.Fixed(grid)));
    Optional<TensorScheme> base = settings.scheme().activations();
    Map<QuantPoint.Activation, TensorScheme> wanted = new LinkedHashMap<>();
    base.ifPresent(
        scheme -> activations.forEach(point -> wanted.put(point, schemes.of(point, scheme))));
    Map<QuantPoint, Quantizer> known = new LinkedHashMap<>(weights);
    if (base.isPresent()) {
      finer(wanted, base.get(), known);
    }
    List<QuantPoint.Activation> ranged =
        wanted.entrySet().stream()
            .filter(e -> !e.getValue().granularity().isFoundInRuns())
            .filter(e -> !known.containsKey(e.getKey()))
            .map(Map.Entry::getKey)
            .toList();
    if (ranged.isEmpty()) {
      Map<QuantPoint, Quantizer> all = new LinkedHashMap<>(weights);
      wanted.forEach(
          (point, scheme) ->
              all.put(
                  point,
                  Objects.requireNonNullElseGet(known.get(point), () -> Quantizer.inRuns(scheme))));
      return List.of(new Calibrated(plan, activations, all, Calibrated.Source.NONE, found.notes()));
    }
    DataSource source = context.calibration().apply(plan.model());
    CalibrationResult result =
        ranges(base.orElseThrow(), ranged, settings.sequential() ? known : weights, source);
    List<Calibrated> outcomes = new ArrayList<>();
    for (RangeEstimator estimator : settings.estimators()) {
      Map<QuantPoint, Quantizer> all = new LinkedHashMap<>(weights);
      wanted.forEach(
          (point, scheme) ->
              all.put(
                  point,
                  Objects.requireNonNullElseGet(
                      known.get(point), () -> quantizer(point, scheme, estimator, result))));
      Calibrated.Source from =
          new Calibrated.Source(
              estimator.label(), result.batches(), source.hasCopies(), result.faults());
      outcomes.add(new Calibrated(plan, activations, all, from, found.notes()));
    }
    return outcomes;
  }

  /**
   * Grids that do not wait for those of other points: channels with scales of their own, and where
   * points quantize while they are calibrated, 16 bits, behind which 8 would hide the others.
   */
  private void finer(
      Map<QuantPoint.Activation, TensorScheme> wanted,
      TensorScheme base,
      Map<QuantPoint, Quantizer> known) {
    if (!base.granularity().isFoundInRuns()) {
      known.putAll(
          OwnScales.measure(
              plan.model(),
              chosen(wanted, Precision.OWN_SCALE),
              base,
              settings.calibrationBatches(),
              context));
    }
    List<QuantPoint.Activation> wide = chosen(wanted, Precision.A16);
    if (settings.sequential() && !wide.isEmpty()) {
      CalibrationResult found =
          new RangeCalibrator(
                  CalibrationSettings.of(List.of(WHOLE), false, base), context.options())
              .run(
                  plan.map(),
                  wide,
                  Map.of(),
                  context.calibration().apply(plan.model()),
                  settings.calibrationBatches(),
                  done ->
                      context.progress().at("calibrating", done, settings.calibrationBatches()));
      Map<QuantPoint.Activation, Range> ranges = Objects.requireNonNull(found.ranges().get(WHOLE));
      for (QuantPoint.Activation point : wide) {
        TensorScheme scheme = Objects.requireNonNull(wanted.get(point));
        known.put(point, grid(scheme, Objects.requireNonNull(ranges.get(point))));
      }
    }
  }

  private List<QuantPoint.Activation> chosen(
      Map<QuantPoint.Activation, TensorScheme> wanted, Precision precision) {
    return wanted.keySet().stream()
        .filter(point -> schemes.exception(point).equals(Optional.of(precision)))
        .toList();
  }

  private CalibrationResult ranges(
      TensorScheme scheme,
      List<QuantPoint.Activation> points,
      Map<QuantPoint, Quantizer> weights,
      DataSource source) {
    int batches = settings.calibrationBatches();
    return new RangeCalibrator(calibration(scheme, source), context.options())
        .run(
            plan.map(),
            points,
            weights,
            source,
            batches,
            done -> context.progress().at("calibrating", done, batches));
  }

  /** In 16 bits nothing needs to be clipped: the range is that of all values. */
  private Quantizer quantizer(
      QuantPoint.Activation point,
      TensorScheme scheme,
      RangeEstimator estimator,
      CalibrationResult result) {
    if (scheme.granularity().isFoundInRuns()) {
      return Quantizer.inRuns(scheme);
    }
    boolean wide = scheme.format().bits() > 8 && result.ranges().containsKey(WHOLE);
    Map<QuantPoint.Activation, Range> ranges =
        Objects.requireNonNull(
            result.ranges().get(wide ? WHOLE : isBySquares(point) ? SQUARES : estimator));
    return grid(scheme, Objects.requireNonNull(ranges.get(point)));
  }

  private boolean isBySquares(QuantPoint.Activation point) {
    return schemes.exception(point).equals(Optional.of(Precision.MSE));
  }

  private CalibrationSettings calibration(TensorScheme scheme, DataSource data) {
    Set<RangeEstimator> estimators = new LinkedHashSet<>(settings.estimators());
    if (settings.exceptions().stream().anyMatch(rule -> rule.precision() == Precision.A16)) {
      estimators.add(WHOLE);
    }
    if (settings.exceptions().stream().anyMatch(rule -> rule.precision() == Precision.MSE)) {
      estimators.add(SQUARES);
    }
    return new CalibrationSettings(
        List.copyOf(estimators),
        settings.sequential(),
        scheme,
        settings.limits().memory(),
        settings
            .limits()
            .state()
            .map(
                file ->
                    new CalibrationSettings.StateFile(
                        file, data.description(), settings.limits().resume(), SAVED_EVERY)));
  }

  private static Quantizer grid(TensorScheme scheme, Range range) {
    return new Quantizer.Fixed(GridRule.grid(scheme, range).perTensor());
  }
}
