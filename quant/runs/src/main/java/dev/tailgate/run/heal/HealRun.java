package dev.tailgate.run.heal;

import dev.tailgate.data.DataSource;
import dev.tailgate.data.open.Samples;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.heal.precision.ExceptionSearch;
import dev.tailgate.heal.precision.Exceptions;
import dev.tailgate.heal.sensitivity.NoiseProxy;
import dev.tailgate.heal.sensitivity.SensitivityRun;
import dev.tailgate.heal.sensitivity.TimeLimit;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.layer.ModelMap;
import dev.tailgate.onnx.quantized.ModelQuantization;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.plan.AlreadyQuantized;
import dev.tailgate.quant.plan.Calibrated;
import dev.tailgate.quant.plan.CalibrationContext;
import dev.tailgate.quant.plan.Plan;
import dev.tailgate.quant.plan.SomethingQuantized;
import dev.tailgate.quant.score.Differences;
import dev.tailgate.quant.score.Trial;
import dev.tailgate.quant.score.TrialRunner;
import dev.tailgate.result.Damage;
import dev.tailgate.result.Evidence;
import dev.tailgate.result.HealResult;
import dev.tailgate.result.RunResult;
import dev.tailgate.run.audit.Audit;
import dev.tailgate.run.audit.AuditRequest;
import dev.tailgate.run.evidence.Diagnose;
import dev.tailgate.run.evidence.DiagnoseRequest;
import dev.tailgate.run.model.ModelFile;
import dev.tailgate.stats.metric.SampledMetric;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/**
 * Healing, stage by stage: quantize, find the parts that hurt, try remedies, search exceptions for
 * what is left, and trials the outcome on samples that nothing was chosen by.
 */
public final class HealRun {
  private static final int SENSITIVITY_SAMPLES = 64;

  private final HealRequest request;
  private final RunProgress progress;
  private final OnnxModel model;
  private final DataParts parts;
  private final CalibrationContext context;
  private final HealDraft draft;

  private HealRun(HealRequest request, RunProgress progress, Consumer<HealResult> listener) {
    this.request = request;
    this.progress = progress;
    this.model = ModelFile.read(request.model(), request.options());
    AlreadyQuantized.refuseAny(ModelQuantization.of(model), "repairing the model");
    this.parts = DataParts.of(model, request.samples());
    this.context =
        new CalibrationContext(
            // Repaired models have the inputs of the original, by which data is understood.
            changed ->
                parts
                    .calibration()
                    .openCalibrationBatches(model, request.settings().calibrationBatches()),
            request
                .options()
                .with(RunnerOptions.Optimization.FLOAT_ONLY)
                .until(progress::cancelled),
            progress);
    this.draft = new HealDraft(request, parts, listener);
  }

  /**
   * A repaired model, in memory and as a result.
   *
   * @param plan with its exceptions
   * @param exceptions all that the plan makes; none where remedies and search added nothing to what
   *     was asked for
   * @param original the audit of the model as it was, on the held-out samples
   * @param heldOut samples that nothing was chosen by, with those it was calibrated on
   */
  public record Outcome(
      Plan plan, Exceptions exceptions, HealResult result, RunResult original, Samples heldOut) {}

  /**
   * Runs to the end; nothing is written.
   *
   * @param listener hears the result as far as it is known, after every model that was run
   * @throws dev.tailgate.onnx.ir.ModelException for a model that cannot be read or quantized
   * @throws DataException for data that does not fit, or is too little to trials by
   */
  public static Outcome run(
      HealRequest request, RunProgress progress, Consumer<HealResult> listener) {
    return new HealRun(request, progress, listener).run();
  }

  private Outcome run() {
    Calibrated original = Calibrated.of(Plan.of(ModelMap.of(model), request.settings()), context);
    SomethingQuantized.require(original);
    RunResult audited = audit(original);
    Calibrated healed;
    Exceptions exceptions = Exceptions.NONE;
    try (TrialRunner trials =
        TrialRunner.open(model, parts.selection(), context.options(), RunProgress.SILENT)) {
      progress.at("evaluating", 0, 1);
      requireLabels(trials);
      Trial quantized = trials.run(original.simulated());
      draft.begin(trials, quantized);
      if (request.sensitivity()) {
        sensitivity(original, trials, quantized);
      }
      draft.evidence(evidence(original, audited));
      RemedySelection.Outcome treated =
          RemedySelection.run(original, quantized, treatment(), trials, context, draft::steps);
      healed = treated.model();
      if (request.maxDrop().isPresent()) {
        exceptions = search(healed, trials);
      }
    }
    Calibrated last = exceptions.isEmpty() ? healed : with(exceptions, healed.plan());
    HealResult result = heldOut(original, last);
    Exceptions all = Exceptions.of(last.plan().settings());
    boolean asked = all.says(Exceptions.of(request.settings()));
    return new Outcome(
        last.plan(), asked ? Exceptions.NONE : all, result, audited, parts.heldOutSamples());
  }

  /** The remedies that make exceptions make those that are allowed. */
  private HealRequest.Treatment treatment() {
    return new HealRequest.Treatment(
        request.treatment().rounds().stream()
            .map(round -> round.stream().map(r -> Remedies.within(r, request.kinds())).toList())
            .toList(),
        request.treatment().keep());
  }

  private RunResult audit(Calibrated original) {
    return Audit.run(
        new AuditRequest(
            request.model(),
            parts.heldOutSamples(),
            request.taps(),
            Optional.of(request.settings()),
            request.options()),
        original,
        progress);
  }

  private Evidence evidence(Calibrated original, RunResult audited) {
    return Diagnose.measure(
        new DiagnoseRequest(
            original.plan().map(),
            DiagnoseRequest.worst(
                original.plan().map().taps(), audited.taps(), DiagnoseRequest.TAPS),
            Optional.of(original),
            parts.selectionSamples().openSome(model, parts.selection(), DiagnoseRequest.ROWS),
            context.options(),
            progress));
  }

  private void requireLabels(TrialRunner trials) {
    if (request.maxDrop().isPresent() && trials.original().headline().isEmpty()) {
      throw DataException.doing("searching exceptions that keep --max-drop")
          .expected("labels, by which a loss is measured")
          .found("none in " + parts.description())
          .fix("Add labels to the data, or leave --max-drop out.");
    }
  }

  /** Hundreds of parts, each run twice: a few samples tell which matter. */
  private void sensitivity(Calibrated original, TrialRunner trials, Trial quantized) {
    if (trials.samples() <= SENSITIVITY_SAMPLES) {
      sensitivity(original, trials, quantized.against(trials.original()));
      return;
    }
    DataSource few = parts.selection().some(SENSITIVITY_SAMPLES, request.samples().batchSize());
    try (TrialRunner fewer = TrialRunner.open(model, few, context.options(), RunProgress.SILENT)) {
      sensitivity(original, fewer, fewer.run(original.simulated()).against(fewer.original()));
    }
  }

  private void sensitivity(Calibrated original, TrialRunner trials, Damage all) {
    NoiseProxy proxy = proxy(original);
    draft.sensitivity(
        SensitivityRun.run(
            original,
            trials,
            proxy,
            all,
            TimeLimit.of(request.timeLimit()),
            context.options(),
            progress,
            draft::sensitivity));
  }

  private NoiseProxy proxy(Calibrated calibrated) {
    progress.at("measuring rounding noise", 0, 1);
    return NoiseProxy.measure(
        calibrated, context.calibration().apply(calibrated.model()), context.options());
  }

  private Exceptions search(Calibrated healed, TrialRunner trials) {
    ToDoubleFunction<List<QuantPoint>> noise = proxy(healed)::ratio;
    double fp = trials.original().headline().orElseThrow().value();
    ExceptionSearch.Found found =
        ExceptionSearch.run(
            healed,
            trials,
            request.maxDrop().orElseThrow().of(fp),
            noise,
            request.kinds(),
            context,
            TimeLimit.of(request.timeLimit()),
            progress);
    draft.precision(found.result());
    return found.exceptions();
  }

  private Calibrated with(Exceptions exceptions, Plan plan) {
    return Calibrated.of(plan.with(exceptions.applyTo(plan.settings())), context);
  }

  private HealResult heldOut(Calibrated original, Calibrated last) {
    try (TrialRunner trials =
        TrialRunner.open(model, parts.heldOut(), context.options(), RunProgress.SILENT)) {
      progress.at("judging on held-out samples", 0, 1);
      Trial before = trials.run(original.simulated());
      Trial after = trials.run(last.simulated());
      Optional<SampledMetric> fp = trials.original().headline();
      return draft.heldOut(
          new HealResult.HeldOut(
              fp.map(Differences::score),
              before.against(trials.original()),
              after.against(trials.original()),
              before.headline().flatMap(b -> after.headline().map(a -> Differences.loss(b, a)))));
    }
  }
}
