package dev.tailgate.run.audit;

import dev.tailgate.data.DataSource;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.RuntimeInfo;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.layer.ModelMap;
import dev.tailgate.onnx.layer.TrainingMode;
import dev.tailgate.onnx.role.Tap;
import dev.tailgate.onnx.role.TapPreset;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.quant.plan.Calibrated;
import dev.tailgate.quant.plan.QuantizationRecords;
import dev.tailgate.result.ElementPlace;
import dev.tailgate.result.Evidence;
import dev.tailgate.result.Headline;
import dev.tailgate.result.QuantizationInfo;
import dev.tailgate.result.RunInfo;
import dev.tailgate.result.RunResult;
import dev.tailgate.result.SensitivityResult;
import dev.tailgate.result.TapResult;
import dev.tailgate.result.WorstTap;
import dev.tailgate.run.evidence.Diagnose;
import dev.tailgate.run.evidence.DiagnoseRequest;
import dev.tailgate.stats.AbsMax;
import dev.tailgate.stats.TapStatistics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Turns what an audit saw into the records that reports and gates read. */
final class ResultAssembler {
  private final AuditRequest request;
  private final AuditedModel audited;
  private final ModelMap map;
  private final TapPlan plan;
  private final DataSource data;
  private final Optional<Calibrated> quantization;
  private final RunnerOptions options;
  private final RunProgress progress;

  ResultAssembler(
      AuditRequest request,
      AuditedModel audited,
      TapPlan plan,
      DataSource data,
      Optional<Calibrated> quantization,
      RunnerOptions options,
      RunProgress progress) {
    this.request = request;
    this.audited = audited;
    this.map = audited.map();
    this.plan = plan;
    this.data = data;
    this.quantization = quantization;
    this.options = options;
    this.progress = progress;
  }

  /** The result; {@code notes} are further warnings. */
  RunResult assemble(
      Evaluation.Outcome outcome, Optional<SensitivityResult> parts, Collection<String> notes) {
    List<String> warnings = new ArrayList<>(TrainingMode.warnings(map.model()));
    warnings.addAll(notes);
    List<TapResult> measured = new ArrayList<>();
    outcome
        .statistics()
        .forEach(
            (tensor, statistics) -> {
              Tap tap = plan.byTensor().get(tensor);
              if (tap != null) {
                measured.add(tapResult(tap, statistics));
              }
            });
    Optional<QuantizationInfo> info = quantization.map(QuantizationRecords::info);
    warnings.addAll(
        Warnings.of(
            request,
            audited,
            data,
            measured,
            outcome,
            info,
            quantization.map(q -> q.source().faults()).orElse(List.of())));
    return new RunResult(
        RunResult.SCHEMA_VERSION,
        Tool.info(),
        ModelSummary.of(audited, request.model()),
        runInfo(outcome),
        AttentionSummary.sites(map.attention()),
        AttentionSummary.notSites(map.attention()),
        measured,
        headline(measured),
        TaskResults.of(data, outcome),
        info.orElseGet(this::info),
        quantization.map(QuantizationRecords::points).orElse(List.of()),
        worst(measured),
        quantization.map(CoverageSummary::of),
        request.explain() ? Optional.of(evidence(measured)) : Optional.empty(),
        parts,
        warnings);
  }

  private QuantizationInfo info() {
    return quantization
        .map(QuantizationRecords::info)
        .orElseGet(
            () ->
                audited.runsAsStored()
                    ? QuantizationRecords.asStored(audited.stored(), audited.original().isPresent())
                    : QuantizationRecords.none());
  }

  private RunInfo runInfo(Evaluation.Outcome outcome) {
    int threads =
        options.threads() > 0 ? options.threads() : Runtime.getRuntime().availableProcessors();
    String lengths =
        outcome.longest() == 0
            ? "none"
            : outcome.shortest() == outcome.longest()
                ? Integer.toString(outcome.longest())
                : outcome.shortest() + ".." + outcome.longest();
    return new RunInfo(
        options.provider().label() + ", " + threads + " threads",
        RuntimeInfo.version(),
        System.getProperty("java.version"),
        System.getProperty("os.name") + " " + System.getProperty("os.arch"),
        request.samples().seed(),
        outcome.samples() / data.task().group(),
        request.samples().batchSize(),
        lengths,
        plan.preset().label(),
        info().scheme(),
        quantization.map(q -> q.source().estimator()).orElse("none"),
        quantization.map(q -> q.source().batches()).orElse(0),
        data.description(),
        Optional.of(outcome.dataSha256()),
        data.synthetic(),
        plan.preset() == TapPreset.OPT
            ? "a row is a sequence; for ffn_out and ffn_layernorm_out a token"
            : "a row is an entry of the first axis");
  }

  private static TapResult tapResult(Tap tap, TapStatistics statistics) {
    TapStatistics.Snapshot s = statistics.snapshot();
    Optional<ElementPlace> place =
        s.absMaxPlace()
            .map(p -> new ElementPlace(p.sample(), Math.toIntExact(p.token()), (int) p.channel()));
    OptionalLong first =
        Stream.of(
                statistics.nonFinite().firstNanSample(),
                statistics.nonFinite().firstPositiveInfinitySample(),
                statistics.nonFinite().firstNegativeInfinitySample())
            .flatMapToLong(OptionalLong::stream)
            .filter(sample -> sample != AbsMax.UNKNOWN)
            .min();
    return new TapResult(
        tap.tensor(),
        tap.label(),
        tap.layer(),
        s.kurtosis(),
        s.pooledExcessKurtosis(),
        s.maxInfNorm(),
        s.absMax(),
        place,
        s.outliers6Sigma(),
        s.elements(),
        s.rows(),
        s.nan(),
        s.inf(),
        true,
        first);
  }

  private Headline headline(List<TapResult> measured) {
    double[] kurtoses =
        measured.stream().mapToDouble(TapResult::kurtosis).filter(Double::isFinite).toArray();
    double[] norms =
        measured.stream().mapToDouble(TapResult::maxInfNorm).filter(Double::isFinite).toArray();
    return new Headline(
        java.util.Arrays.stream(kurtoses).average().orElse(Double.NaN),
        java.util.Arrays.stream(kurtoses).max().orElse(Double.NaN),
        java.util.Arrays.stream(norms).max().orElse(Double.NaN),
        measured.size(),
        map.attention().count());
  }

  private Evidence evidence(List<TapResult> measured) {
    return Diagnose.measure(
        new DiagnoseRequest(
            map,
            DiagnoseRequest.worst(map.taps(), measured, DiagnoseRequest.AUDIT_TAPS),
            quantization,
            request.samples().openSome(read(), data, DiagnoseRequest.AUDIT_ROWS),
            options,
            progress));
  }

  /** The model by whose inputs the data is understood. */
  private OnnxModel read() {
    return audited.original().orElse(map.model());
  }

  private Optional<WorstTap> worst(List<TapResult> measured) {
    return measured.stream()
        .filter(tap -> Double.isFinite(tap.kurtosis()))
        .max(Comparator.comparingDouble(TapResult::kurtosis))
        .flatMap(
            tap ->
                WorstTapView.look(
                    map.model(),
                    tap,
                    plan.target(tap.tensor()).orElseThrow(),
                    sample ->
                        sample < data.samples()
                            ? request.samples().openAround(read(), data, sample)
                            : data,
                    quantization.flatMap(q -> q.clipping(tap.tensor())),
                    options));
  }
}
