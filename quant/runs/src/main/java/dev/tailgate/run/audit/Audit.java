package dev.tailgate.run.audit;

import dev.tailgate.data.DataSource;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.input.ReadableOutputs;
import dev.tailgate.heal.sensitivity.NoiseProxy;
import dev.tailgate.heal.sensitivity.SensitivityRun;
import dev.tailgate.heal.sensitivity.TimeLimit;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.layer.ModelMap;
import dev.tailgate.onnx.role.Tap;
import dev.tailgate.onnx.role.TapPreset;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.quant.measure.ShapeProbe;
import dev.tailgate.quant.plan.Calibrated;
import dev.tailgate.quant.plan.CalibrationContext;
import dev.tailgate.quant.plan.Plan;
import dev.tailgate.quant.score.TaskScorer;
import dev.tailgate.quant.score.TrialRunner;
import dev.tailgate.result.RunResult;
import dev.tailgate.result.SensitivityResult;
import dev.tailgate.stats.metric.SampledMetric;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The audit, stage by stage: find attention sites and taps, probe shapes, calibrate and place the
 * quantizers, evaluate float and quantized model side by side while measuring the taps, look at the
 * worst one, and, where asked, find the parts that quantization hurts.
 */
public final class Audit {
  private final AuditRequest request;
  private final AuditedModel audited;
  private final ModelMap map;
  private final Optional<Calibrated> known;
  private final CalibrationContext context;
  private final RunProgress progress;
  private final Set<String> notes = new LinkedHashSet<>();

  private Audit(
      AuditRequest request,
      AuditedModel audited,
      Optional<Calibrated> known,
      RunProgress progress) {
    this.request = request;
    this.audited = audited;
    this.map = audited.map();
    this.known = known;
    this.progress = progress;
    this.context =
        new CalibrationContext(
            model ->
                request
                    .samples()
                    .openCalibrationBatches(
                        model, request.quantization().orElseThrow().calibrationBatches()),
            request
                .options()
                .with(RunnerOptions.Optimization.FLOAT_ONLY)
                .until(progress::cancelled),
            progress);
  }

  /**
   * Runs an audit that nobody watches, as {@link #run(AuditRequest, RunProgress)} does.
   *
   * @return what was found
   */
  public static RunResult run(AuditRequest request) {
    return run(request, RunProgress.SILENT);
  }

  /**
   * Runs an audit to the end; nothing is written. Native memory is given back before this returns
   * or throws. Audits may run in several threads at once; each loads the model for itself.
   *
   * @param request the model, the samples and what to do with them
   * @param progress hears how far it is, in the calling thread
   * @return what was found
   * @throws dev.tailgate.onnx.ir.ModelException for a model that cannot be read
   * @throws dev.tailgate.engine.tensor.DataException for data that does not fit
   * @throws dev.tailgate.engine.RuntimeUnavailableException when the execution provider asked for
   *     is absent
   */
  public static RunResult run(AuditRequest request, RunProgress progress) {
    return scored(request, progress).result();
  }

  /**
   * An audit together with what each sample contributed, so that several models over the same
   * samples can be compared on joint draws of them.
   *
   * @param result what was found
   * @param fp task metrics of the float model, the headline first; empty without labels
   * @param quantized those of the quantized one, likewise; empty where nothing was quantized
   */
  public record Scored(RunResult result, List<SampledMetric> fp, List<SampledMetric> quantized) {
    /** Copies the lists. */
    public Scored {
      fp = List.copyOf(fp);
      quantized = List.copyOf(quantized);
    }
  }

  /** Runs an audit as {@link #run(AuditRequest, RunProgress)} does, and keeps its scores. */
  public static Scored scored(AuditRequest request, RunProgress progress) {
    return new Audit(request, AuditedModel.load(request), Optional.empty(), progress).run();
  }

  /**
   * The same for a model that is loaded and calibrated already, as {@code request} asks for it, on
   * the calibration data of its samples.
   *
   * @throws IllegalArgumentException where it was calibrated by other settings
   */
  public static RunResult run(AuditRequest request, Calibrated calibrated, RunProgress progress) {
    if (!request.quantization().equals(Optional.of(calibrated.plan().settings()))) {
      throw new IllegalArgumentException("Calibrated by other settings than those of the audit");
    }
    AuditedModel audited = AuditedModel.of(calibrated.plan().map(), request);
    return new Audit(request, audited, Optional.of(calibrated), progress).run().result();
  }

  private Scored run() {
    OnnxModel model = map.model();
    RunnerOptions options = context.options();
    ReadableOutputs.of(model.graph()).note().ifPresent(notes::add);
    TapPreset preset = preset();
    List<Tap> headline = preset.select(map.taps());
    Optional<Plan> plan =
        known.map(Calibrated::plan).or(() -> audited.simulated().map(s -> Plan.of(map, s)));
    Set<String> tensors = new LinkedHashSet<>(plan.map(Plan::tensors).orElse(Set.of()));
    headline.forEach(tap -> tensors.add(tap.tensor()));
    DataSource data = request.samples().open(audited.original().orElse(model), options);
    Map<String, ShapeProbe.Probed> shapes =
        ShapeProbe.on(any -> data, options).probe(model, tensors);
    TapPlan taps = TapPlan.of(preset, headline, shapes);
    Optional<Calibrated> calibrated =
        known.or(() -> plan.map(p -> Calibrated.of(p, p.activations(shapes), context)));
    calibrated.ifPresent(c -> noteCopies(c.source().copies()));
    Optional<Calibrated> simulated = calibrated.filter(c -> !c.isIdle());
    Evaluation.Outcome outcome = Evaluation.run(audited, taps, simulated, data, options, progress);
    Optional<SensitivityResult> parts =
        simulated.flatMap(c -> request.sensitivity().map(most -> sensitivity(most, c, data)));
    parts.flatMap(SensitivityRun::shortfall).ifPresent(notes::add);
    if (request.sensitivity().isPresent() && calibrated.isEmpty()) {
      notes.add("Nothing was quantized in simulation, so no part was quantized alone.");
    }
    RunResult result =
        new ResultAssembler(request, audited, taps, data, calibrated, options, progress)
            .assemble(outcome, parts, notes);
    return new Scored(
        result,
        outcome.fp().metrics(),
        outcome.quantized().map(TaskScorer::metrics).orElse(List.of()));
  }

  private SensitivityResult sensitivity(Duration most, Calibrated calibrated, DataSource data) {
    DataSource calibration = context.calibration().apply(map.model());
    noteCopies(calibration.hasCopies());
    try (TrialRunner trials =
        TrialRunner.open(map.model(), data, context.options(), RunProgress.SILENT)) {
      return SensitivityRun.run(
          calibrated,
          trials,
          NoiseProxy.measure(calibrated, calibration, context.options()),
          trials.run(calibrated.simulated()).against(trials.original()),
          TimeLimit.of(Optional.of(most)),
          context.options(),
          progress,
          soFar -> {});
    }
  }

  private void noteCopies(boolean copies) {
    if (copies) {
      notes.add(
          "Calibration had fewer samples than the model's fixed batch; estimators other than"
              + " min-max count the copies that fill it up. Give more calibration data.");
    }
  }

  private TapPreset preset() {
    if (!request.taps().equals("auto")) {
      return TapPreset.parse(request.taps());
    }
    TapPreset preset = TapPreset.auto(map.flow(), map.taps());
    return preset.matches(map.taps()) ? preset : TapPreset.ALL;
  }
}
