package dev.tailgate.run.audit;

import dev.tailgate.data.DataSource;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.heal.remedy.Calibrated;
import dev.tailgate.heal.remedy.Candidate;
import dev.tailgate.heal.sensitivity.NoiseProxy;
import dev.tailgate.heal.sensitivity.SensitivityRun;
import dev.tailgate.heal.sensitivity.TimeLimit;
import dev.tailgate.onnx.attention.AttentionFinder;
import dev.tailgate.onnx.attention.AttentionReport;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.role.Tap;
import dev.tailgate.onnx.role.TapFinder;
import dev.tailgate.onnx.role.TapMap;
import dev.tailgate.onnx.role.TapPreset;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.quant.measure.ShapeProbe;
import dev.tailgate.quant.placement.PlacementPlan;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.plan.QuantPoints;
import dev.tailgate.quant.plan.Quantization;
import dev.tailgate.quant.plan.QuantizationSettings;
import dev.tailgate.quant.plan.Quantizations;
import dev.tailgate.quant.score.Judge;
import dev.tailgate.result.RunResult;
import dev.tailgate.result.SensitivityResult;
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
  private final RunProgress progress;
  private final OnnxModel model;
  private final RunnerOptions options;
  private final Set<String> notes = new LinkedHashSet<>();

  private Audit(AuditRequest request, RunProgress progress) {
    this.request = request;
    this.progress = progress;
    this.model = OnnxModel.load(request.model());
    this.options =
        request.options().with(RunnerOptions.Optimization.FLOAT_ONLY).until(progress::cancelled);
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
    return new Audit(request, progress).run();
  }

  private RunResult run() {
    AttentionReport attention = AttentionFinder.find(model);
    TapMap taps = TapFinder.find(model, attention);
    TapPreset preset = preset(taps);
    List<Tap> headline = preset.select(taps);
    PlacementPlan placement =
        request.quantization().map(s -> s.plan(model, taps)).orElse(PlacementPlan.NONE);
    DataSource data = request.samples().open(model);
    Map<String, ShapeProbe.Probed> shapes =
        ShapeProbe.probe(model, tensors(headline, placement), options);
    TapPlan plan = TapPlan.of(preset, headline, shapes);
    List<QuantPoint.Activation> points = QuantPoints.of(placement, shapes);
    Optional<Quantization> quantization =
        request.quantization().map(settings -> quantize(settings, placement, points));
    Evaluation.Outcome outcome = Evaluation.run(model, plan, quantization, data, options, progress);
    Optional<SensitivityResult> parts =
        quantization.flatMap(
            q ->
                request
                    .sensitivity()
                    .map(most -> sensitivity(most, calibrated(q, taps, points), data)));
    parts.flatMap(SensitivityRun::shortfall).ifPresent(notes::add);
    return new ResultAssembler(
            request, model, attention, taps, plan, data, quantization, options, progress)
        .assemble(outcome, parts, notes);
  }

  /** The grids that were evaluated, as what asks for damage takes them. */
  private Calibrated calibrated(
      Quantization quantization, TapMap taps, List<QuantPoint.Activation> points) {
    return new Calibrated(
        new Candidate(model, quantization.settings()), taps, points, quantization);
  }

  private SensitivityResult sensitivity(Duration most, Calibrated calibrated, DataSource data) {
    DataSource calibration = calibrationData(calibrated.quantization().settings());
    try (Judge judge = Judge.open(model, data, options, RunProgress.SILENT)) {
      return SensitivityRun.run(
          calibrated,
          judge,
          NoiseProxy.measure(calibrated, calibration, options),
          judge.run(calibrated.simulated()).against(judge.original()),
          TimeLimit.of(Optional.of(most)),
          progress,
          soFar -> {});
    }
  }

  private DataSource calibrationData(QuantizationSettings settings) {
    DataSource source =
        request.samples().openCalibrationBatches(model, settings.calibrationBatches());
    if (source.hasCopies()) {
      notes.add(
          "Calibration had fewer samples than the model's fixed batch; estimators other than"
              + " min-max count the copies that fill it up. Give more calibration data.");
    }
    return source;
  }

  private TapPreset preset(TapMap taps) {
    if (!request.taps().equals("auto")) {
      return TapPreset.parse(request.taps());
    }
    TapPreset preset = TapPreset.auto(model, taps);
    return preset.matches(taps) ? preset : TapPreset.ALL;
  }

  private static Set<String> tensors(List<Tap> headline, PlacementPlan placement) {
    Set<String> tensors = new LinkedHashSet<>(QuantPoints.tensors(placement));
    headline.forEach(tap -> tensors.add(tap.tensor()));
    return tensors;
  }

  private Quantization quantize(
      QuantizationSettings settings, PlacementPlan placement, List<QuantPoint.Activation> points) {
    return Quantizations.make(
            model, placement, points, settings, () -> calibrationData(settings), options, progress)
        .get(0);
  }
}
