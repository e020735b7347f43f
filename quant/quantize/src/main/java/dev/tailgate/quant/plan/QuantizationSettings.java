package dev.tailgate.quant.plan;

import dev.tailgate.quant.calibrate.RangeEstimator;
import dev.tailgate.quant.placement.Placement;
import dev.tailgate.quant.placement.PlacementRequest;
import dev.tailgate.quant.placement.PointFilter;
import dev.tailgate.quant.placement.PrecisionRule;
import dev.tailgate.quant.scheme.QuantScheme;
import dev.tailgate.quant.weights.WeightRange;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How a model is to be quantized.
 *
 * @param scheme what is rounded to what
 * @param placement where quantizers go
 * @param selection which products and tables a placement may take
 * @param estimators range estimators of activations, at least one; all are fed in one pass
 * @param weightRange how ranges of weights follow from their values
 * @param calibrationBatches batches the ranges are estimated on, at most
 * @param sequential whether later layers see quantized inputs while their ranges are estimated
 * @param limits what calibration may take, and how it survives an interrupt
 * @param exceptions points with finer grids than the scheme's; the first that chooses a point holds
 */
public record QuantizationSettings(
    QuantScheme scheme,
    Placement placement,
    PlacementRequest selection,
    List<RangeEstimator> estimators,
    WeightRange weightRange,
    int calibrationBatches,
    boolean sequential,
    Limits limits,
    List<PrecisionRule> exceptions) {
  /**
   * Bounds of a calibration.
   *
   * @param memory bytes that state and activations handed out of the runtime may take
   * @param state a file to save an unfinished calibration in
   * @param resume whether to go on from there
   */
  public record Limits(OptionalLong memory, Optional<Path> state, boolean resume) {
    /** No bounds, and nothing is saved. */
    public static final Limits NONE = new Limits(OptionalLong.empty(), Optional.empty(), false);
  }

  /**
   * W8A8 as arXiv 2306.12929 simulates it, and what an audit takes where nothing is said: symmetric
   * weights, asymmetric activations, one scale a tensor, running min-max over 16 batches.
   */
  public static final QuantizationSettings PAPERS =
      new QuantizationSettings(
          QuantScheme.parse("w8a8"),
          Placement.PAPERS,
          PlacementRequest.DEFAULT,
          List.of(new RangeEstimator.RunningMinMax(RangeEstimator.PAPERS_MOMENTUM)),
          new WeightRange.MinMax(),
          16,
          true,
          Limits.NONE,
          List.of());

  /**
   * W8A8 as models are deployed, and what {@code quantize} takes where nothing is said: inputs of
   * matrix products only, min-max over 16 batches of the float model's activations.
   */
  public static final QuantizationSettings DEPLOYED =
      new QuantizationSettings(
          QuantScheme.parse("w8a8"),
          Placement.TRANSFORMER,
          PlacementRequest.DEFAULT,
          List.of(new RangeEstimator.MinMax()),
          new WeightRange.MinMax(),
          16,
          false,
          Limits.NONE,
          List.of());

  /** Refuses settings without an estimator. */
  public QuantizationSettings {
    estimators = List.copyOf(estimators);
    exceptions = List.copyOf(exceptions);
    if (estimators.isEmpty()) {
      throw new IllegalArgumentException("At least one range estimator is needed");
    }
  }

  /** The same with other exceptions, those of the placement's filter included. */
  public QuantizationSettings with(PointFilter filter, List<PrecisionRule> rules) {
    return new QuantizationSettings(
        scheme,
        placement,
        new PlacementRequest(filter, selection.embeddings()),
        estimators,
        weightRange,
        calibrationBatches,
        sequential,
        limits,
        rules);
  }

  /** The same with another scheme, for example {@code QuantScheme.parse("w4a8")}. */
  public QuantizationSettings with(QuantScheme other) {
    return new QuantizationSettings(
        other,
        placement,
        selection,
        estimators,
        weightRange,
        calibrationBatches,
        sequential,
        limits,
        exceptions);
  }

  /** The same with one range estimator. */
  public QuantizationSettings with(RangeEstimator estimator) {
    return withEstimators(List.of(estimator));
  }

  /** The same with other range estimators. */
  public QuantizationSettings withEstimators(List<RangeEstimator> others) {
    return new QuantizationSettings(
        scheme,
        placement,
        selection,
        others,
        weightRange,
        calibrationBatches,
        sequential,
        limits,
        exceptions);
  }

  /** The same with other ranges of weights. */
  public QuantizationSettings with(WeightRange range) {
    return new QuantizationSettings(
        scheme,
        placement,
        selection,
        estimators,
        range,
        calibrationBatches,
        sequential,
        limits,
        exceptions);
  }
}
