package dev.tailgate.quant.plan;

import dev.tailgate.data.DataSource;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.quant.calibrate.CalibrationResult;
import dev.tailgate.quant.calibrate.CalibrationSettings;
import dev.tailgate.quant.calibrate.RangeCalibrator;
import dev.tailgate.quant.calibrate.RangeEstimator;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.quant.placement.PlacementPlan;
import dev.tailgate.quant.placement.Precision;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.placement.Quantizer;
import dev.tailgate.quant.scheme.Granularity;
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
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Makes quantizations: grids of weights from their values, grids of activations from data. */
public final class Quantizations {
  /** Seconds between two writes of the state of a calibration. */
  private static final int SAVED_EVERY = 30;

  private static final RangeEstimator WHOLE = new RangeEstimator.MinMax();

  private Quantizations() {}

  /**
   * One quantization for each range estimator of the settings, in their order; a scheme that needs
   * no calibration gives one.
   *
   * @param points activations to quantize
   * @param data calibration data, opened only where ranges are needed
   */
  public static List<Quantization> make(
      OnnxModel model,
      PlacementPlan plan,
      List<QuantPoint.Activation> points,
      QuantizationSettings settings,
      Supplier<DataSource> data,
      RunnerOptions options,
      RunProgress progress) {
    PointSchemes schemes = new PointSchemes(settings.exceptions());
    schemes.verify(Stream.concat(plan.weights().stream(), points.stream()).toList());
    Map<QuantPoint, Quantizer> weights = new LinkedHashMap<>();
    WeightGrids found = weights(model, plan, settings);
    found.grids().forEach((point, grid) -> weights.put(point, new Quantizer.Fixed(grid)));
    List<WeightGrids.Note> notes = found.notes();
    Optional<TensorScheme> base = settings.scheme().activations();
    Map<QuantPoint.Activation, TensorScheme> wanted = new LinkedHashMap<>();
    base.ifPresent(scheme -> points.forEach(point -> wanted.put(point, schemes.of(point, scheme))));
    List<QuantPoint.Activation> calibrated =
        wanted.entrySet().stream()
            .filter(e -> !isPerToken(e.getValue()))
            .map(Map.Entry::getKey)
            .toList();
    if (calibrated.isEmpty()) {
      Map<QuantPoint, Quantizer> all = new LinkedHashMap<>(weights);
      wanted.forEach((point, scheme) -> all.put(point, new Quantizer.PerToken(scheme)));
      return List.of(new Quantization(all, plan, settings, "none", 0, notes, List.of()));
    }
    DataSource source = data.get();
    CalibrationResult result =
        new RangeCalibrator(calibration(settings, base.orElseThrow(), source), options)
            .run(
                model,
                calibrated,
                weights,
                source,
                settings.calibrationBatches(),
                done -> progress.at("calibrating", done, settings.calibrationBatches()));
    List<Quantization> quantizations = new ArrayList<>();
    for (RangeEstimator estimator : settings.estimators()) {
      Map<QuantPoint, Quantizer> all = new LinkedHashMap<>(weights);
      wanted.forEach(
          (point, scheme) -> all.put(point, quantizer(point, scheme, estimator, result)));
      quantizations.add(
          new Quantization(
              all, plan, settings, estimator.label(), result.batches(), notes, result.faults()));
    }
    return quantizations;
  }

  /** The grids of the weights of {@code plan}; none where weights stay float. */
  public static WeightGrids weights(
      OnnxModel model, PlacementPlan plan, QuantizationSettings settings) {
    PointSchemes schemes = new PointSchemes(settings.exceptions());
    return settings
        .scheme()
        .weights()
        .map(
            base ->
                WeightGrids.of(
                    model,
                    plan.weights(),
                    point -> schemes.of(point, base),
                    settings.weightRange()))
        .orElseGet(() -> new WeightGrids(Map.of(), List.of()));
  }

  private static boolean isPerToken(TensorScheme scheme) {
    return scheme.granularity() instanceof Granularity.PerToken;
  }

  /** In 16 bits nothing needs to be clipped: the range is that of all values. */
  private static Quantizer quantizer(
      QuantPoint.Activation point,
      TensorScheme scheme,
      RangeEstimator estimator,
      CalibrationResult result) {
    if (isPerToken(scheme)) {
      return new Quantizer.PerToken(scheme);
    }
    boolean wide = scheme.format().bits() > 8 && result.ranges().containsKey(WHOLE);
    Map<QuantPoint.Activation, Range> ranges =
        Objects.requireNonNull(result.ranges().get(wide ? WHOLE : estimator));
    return grid(scheme, Objects.requireNonNull(ranges.get(point)));
  }

  private static CalibrationSettings calibration(
      QuantizationSettings settings, TensorScheme activations, DataSource data) {
    Set<RangeEstimator> estimators = new LinkedHashSet<>(settings.estimators());
    if (settings.exceptions().stream().anyMatch(rule -> rule.precision() == Precision.A16)) {
      estimators.add(WHOLE);
    }
    return new CalibrationSettings(
        List.copyOf(estimators),
        settings.sequential(),
        activations,
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
