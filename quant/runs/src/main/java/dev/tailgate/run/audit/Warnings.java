package dev.tailgate.run.audit;

import dev.tailgate.data.DataSource;
import dev.tailgate.data.SampleChoice;
import dev.tailgate.onnx.attention.AttentionReport;
import dev.tailgate.quant.calibrate.DataFault;
import dev.tailgate.quant.score.NanOutputs;
import dev.tailgate.result.QuantizationInfo;
import dev.tailgate.result.TapResult;
import dev.tailgate.result.wording.Findings;
import dev.tailgate.result.wording.Reasons;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a reader should know before trusting the numbers of a run. */
final class Warnings {
  private static final int FEW_SAMPLES = 16;

  private Warnings() {}

  static List<String> of(
      AuditRequest request,
      AuditedModel audited,
      DataSource data,
      List<TapResult> measured,
      Evaluation.Outcome outcome,
      Optional<QuantizationInfo> quantization,
      List<DataFault> faults) {
    List<String> warnings = new ArrayList<>();
    AttentionReport attention = audited.map().attention();
    if (data.synthetic()) {
      warnings.add(
          "Inputs are made up from the model's signature; outliers on real data may differ. Give"
              + " --data.");
    }
    if (attention.count() == 0) {
      warnings.add("No attention site was found; see the list of softmax nodes and reasons.");
    } else if (attention.sites().isEmpty()) {
      warnings.add(
          "Every attention is one operator or lies in a subgraph or function; the activations of"
              + " its block get no role.");
    }
    outcome.measured().ifPresent(warnings::add);
    long samples = outcome.samples() / data.task().group();
    if (samples < FEW_SAMPLES) {
      warnings.add("Only " + samples + " samples were evaluated.");
    }
    if (audited.simulated().isPresent() && calibratesOnEvaluated(request, data)) {
      warnings.add(
          "Ranges were calibrated on samples that are evaluated too, since the data has too few"
              + " others. Give --calibration-data for an independent estimate.");
    }
    quantization
        .flatMap(Findings::nothing)
        .or(() -> quantization.flatMap(Warnings::unreached))
        .ifPresent(warnings::add);
    warnings.addAll(nan(outcome.reference(), outcome.nan()));
    warnings.addAll(nan("quantized", outcome.quantizedNan()));
    outcome.agreement().ifPresent(scores -> warnings.addAll(scores.faults("quantized")));
    faults.forEach(fault -> warnings.add(fault.inWords()));
    for (TapResult tap : measured) {
      if (tap.nan() + tap.inf() > 0) {
        warnings.add(
            String.format(
                Locale.ROOT,
                "%s (%s) holds %d NaN and %d infinite values%s; they are left out of its statistics.",
                tap.tensor(),
                tap.role(),
                tap.nan(),
                tap.inf(),
                tap.firstNonfiniteSample().isPresent()
                    ? ", first in sample " + tap.firstNonfiniteSample().getAsLong()
                    : ""));
      }
    }
    return warnings;
  }

  /** What lies where no placement reaches. */
  private static Optional<String> unreached(QuantizationInfo info) {
    List<String> inside =
        info.keptFloat().stream()
            .map(QuantizationInfo.KeptFloat::reason)
            .filter(reason -> reason.startsWith("inside "))
            .toList();
    return inside.isEmpty()
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "%d of %d matrix products are not quantized because of where they lie: %s.",
                inside.size(),
                info.products().map(QuantizationInfo.Products::all).orElse(inside.size()),
                Reasons.inWords(inside)));
  }

  private static boolean calibratesOnEvaluated(AuditRequest request, DataSource data) {
    long rows =
        (long) request.quantization().orElseThrow().calibrationBatches()
            * request.samples().calibrationBatch();
    return request.samples().isCalibratedOnItsData()
        && !data.hasCalibrationPart()
        && !SampleChoice.suffice(data.others(), rows / data.task().group());
  }

  private static List<String> nan(String which, List<NanOutputs.Found> found) {
    return found.stream()
        .map(
            f ->
                String.format(
                    Locale.ROOT,
                    "Output %s of the %s model holds %d NaN, first in sample %d; scores that read it"
                        + " are not to be trusted.",
                    f.output(),
                    which,
                    f.count(),
                    f.firstSample()))
        .toList();
  }
}
