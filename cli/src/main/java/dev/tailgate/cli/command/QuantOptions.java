package dev.tailgate.cli.command;

import dev.tailgate.heal.precision.ExceptionsFile;
import dev.tailgate.quant.calibrate.RangeEstimator;
import dev.tailgate.quant.placement.Placement;
import dev.tailgate.quant.placement.PlacementRequest;
import dev.tailgate.quant.placement.PointFilter;
import dev.tailgate.quant.placement.PrecisionRule;
import dev.tailgate.quant.plan.QuantizationSettings;
import dev.tailgate.quant.scheme.QuantScheme;
import dev.tailgate.quant.scheme.TensorScheme;
import dev.tailgate.quant.weights.WeightRange;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import picocli.CommandLine.Option;

/** How a model is quantized. */
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class QuantOptions {
  @Option(
      names = "--scheme",
      paramLabel = "S",
      defaultValue = "w8a8",
      description = {
        "w8a8, w8a8-per-channel, w8a8-dynamic, w6a8, w6a6, w4a8, w4a16, w8a16, fp8-e4m3, fp8-e5m2,"
            + " fp4-e2m1, or wNaM[-per-channel] for 2 to 16 bits. a16 leaves activations in float. Default: w8a8."
      })
  private String scheme;

  @Option(
      names = "--weights",
      paramLabel = "SPEC",
      description = {
        "Weights in the place of the scheme's: FORMAT[:sym|asym][:tensor|channel|block=N], for"
            + " example int4:block=32, fp4-e2m1:block=16."
      })
  private Optional<String> weights;

  @Option(
      names = "--activations",
      paramLabel = "SPEC",
      description = {
        "Activations in the place of the scheme's: FORMAT[:sym|asym][:tensor|dynamic|token], for"
            + " example uint16, uint8:dynamic, int8:sym:token, fp8-e5m2."
      })
  private Optional<String> activations;

  @Option(
      names = "--placement",
      paramLabel = "P",
      converter = Choice.Placements.class,
      completionCandidates = Choice.Placements.class,
      description = {
        "Where quantizers go: ${COMPLETION-CANDIDATES}. papers: everywhere in a block; ort: wherever"
            + " ONNX Runtime has integer kernels; transformer: inputs of matrix products only."
            + " Default: papers for audit, transformer for quantize and for dynamic ranges."
      })
  private Optional<String> placement;

  @Option(
      names = "--include",
      paramLabel = "SELECTOR",
      description = {
        "Quantize only what matches, and nothing else; may be repeated. op:MatMul, layer:0-3,"
            + " role:ffn_act, name:GLOB or /REGEX/ of a node or tensor."
      })
  private List<String> include = List.of();

  @Option(
      names = "--exclude",
      paramLabel = "SELECTOR",
      description = "Leave in float what matches; may be repeated, and wins over --include.")
  private List<String> exclude = List.of();

  @Option(
      names = "--except",
      paramLabel = "SELECTOR=P",
      description = {
        "Finer grids for what matches; may be repeated, the first that matches holds. P is mse (the"
            + " range of least squared error of an activation), own-scale (scales of their own for"
            + " outlier channels of an activation), per-token (a scale for each row of an activation), a16"
            + " (activations in 16 bits) or per-channel (of a weight)."
      })
  private List<String> except = List.of();

  @Option(
      names = "--exceptions",
      paramLabel = "FILE",
      description = "More of --exclude and --except, from a file that heal wrote.")
  private Optional<Path> exceptions;

  @Option(
      names = "--embeddings",
      description = "Placements ort and transformer: quantize tables of embeddings too.")
  private boolean embeddings;

  @Option(
      names = "--range-estimator",
      paramLabel = "E",
      split = ",",
      converter = Choice.Estimators.class,
      completionCandidates = Choice.Estimators.class,
      description = {
        "How ranges of activations are found: ${COMPLETION-CANDIDATES}. quantize takes several,"
            + " separated by commas, estimates them in one pass and writes the best. Default:"
            + " running_minmax for audit, minmax for quantize."
      })
  private List<String> rangeEstimators = List.of();

  @Option(
      names = "--percentile",
      paramLabel = "P",
      defaultValue = "99.999",
      converter = Bounded.UpperPercent.class,
      description = "For the percentile estimators. Default: ${DEFAULT-VALUE}.")
  private double percentile;

  @Option(
      names = "--weight-range",
      paramLabel = "R",
      defaultValue = "minmax",
      converter = Choice.WeightRanges.class,
      completionCandidates = Choice.WeightRanges.class,
      description = "How ranges of weights are found: ${COMPLETION-CANDIDATES}. Default: minmax.")
  private String weightRange;

  @Option(
      names = "--calibration-batches",
      paramLabel = "N",
      defaultValue = "16",
      converter = Bounded.Count.class,
      description = "Batches the ranges are found on. Default: ${DEFAULT-VALUE}.")
  private int calibrationBatches;

  @Option(
      names = "--clean-calibration",
      negatable = true,
      description = {
        "Find ranges on the activations of the float model, or behind the quantizers already placed."
            + " Default: no for audit, yes for quantize."
      })
  private Optional<Boolean> cleanCalibration;

  @Option(
      names = "--memory-limit",
      paramLabel = "SIZE",
      converter = Bounded.Bytes.class,
      description = {
        "What calibration may take besides the model, for example 500M or 2G; activations are then"
            + " split over passes over the data. Default: no limit."
      })
  private Optional<Long> memoryLimit;

  @Option(
      names = "--calibration-state",
      paramLabel = "FILE",
      description = "Save an unfinished calibration in FILE now and then; removed when done.")
  private Optional<Path> state;

  @Option(
      names = "--resume",
      description = {
        "Go on from what --calibration-state saved, where there is something; cure also from the"
            + " checkpoint of its training."
      })
  private boolean resume;

  /** What a command takes where nothing is said. */
  record Defaults(Placement placement, String estimator, boolean clean) {}

  /** As the papers simulate. */
  static final Defaults AUDIT = new Defaults(Placement.PAPERS, "running_minmax", false);

  /** As models are deployed. */
  static final Defaults QUANTIZE = new Defaults(Placement.TRANSFORMER, "minmax", true);

  /**
   * What is asked for.
   *
   * @throws IllegalArgumentException for options that do not go together or make no scheme
   */
  QuantizationSettings settings(Defaults defaults) {
    if (resume && state.isEmpty()) {
      throw new IllegalArgumentException("--resume needs --calibration-state");
    }
    return settingsOfTraining(defaults);
  }

  /** Whether what was interrupted goes on. */
  boolean resume() {
    return resume;
  }

  /** The same for a command that has more to resume than a calibration. */
  QuantizationSettings settingsOfTraining(Defaults defaults) {
    QuantScheme chosen =
        QuantScheme.parse(scheme)
            .with(weights.map(TensorScheme::parse), activations.map(TensorScheme::parse));
    List<String> estimators =
        rangeEstimators.isEmpty() ? List.of(defaults.estimator()) : rangeEstimators;
    QuantizationSettings settings =
        new QuantizationSettings(
            chosen,
            placement
                .map(p -> Placement.valueOf(p.toUpperCase(Locale.ROOT)))
                .orElse(chosen.isDynamicByTensor() ? Placement.TRANSFORMER : defaults.placement()),
            new PlacementRequest(PointFilter.of(include, exclude), embeddings),
            estimators.stream().distinct().map(e -> RangeEstimator.parse(e, percentile)).toList(),
            WeightRange.parse(weightRange),
            calibrationBatches,
            !cleanCalibration.orElse(defaults.clean()),
            new QuantizationSettings.Limits(
                memoryLimit.map(OptionalLong::of).orElse(OptionalLong.empty()),
                state,
                resume && state.isPresent()),
            except.stream().map(PrecisionRule::parse).toList());
    return exceptions.map(file -> ExceptionsFile.read(file).applyTo(settings)).orElse(settings);
  }
}
