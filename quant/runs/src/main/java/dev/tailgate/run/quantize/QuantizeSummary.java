package dev.tailgate.run.quantize;

import dev.tailgate.quant.deploy.SaturationReport;
import dev.tailgate.quant.plan.Calibrated;
import dev.tailgate.quant.plan.QuantizationRecords;
import dev.tailgate.quant.score.MetricScore;
import dev.tailgate.result.QuantizationInfo;
import dev.tailgate.result.QuantizeReport;
import dev.tailgate.result.QuantizeReport.Estimator;
import dev.tailgate.result.QuantizeReport.Metric;
import dev.tailgate.result.QuantizeReport.Models;
import dev.tailgate.result.QuantizeReport.Product;
import dev.tailgate.result.QuantizeReport.Saturation;
import dev.tailgate.result.QuantizeReport.Scheme;
import dev.tailgate.result.QuantizeReport.Size;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** A quantization as a record of plain numbers and words, without models. */
public final class QuantizeSummary {
  private QuantizeSummary() {}

  /** What {@code request} gave. */
  public static QuantizeReport of(QuantizeRequest request, QuantizeOutcome outcome) {
    return new QuantizeReport(
        request.model().toString(),
        request.out().toString(),
        request.settings().scheme().isDynamicByTensor() ? "dynamic" : request.form().label(),
        scheme(outcome.quantization()),
        outcome.quantization().plan().settings().placement().label(),
        new Size(
            outcome.sizes().before(),
            outcome.sizes().after(),
            outcome.sizes().weights(),
            outcome.sizes().quantizedWeights()),
        outcome.candidates().stream()
            .map(c -> new Estimator(c.estimator(), c.sqnr(), c.chosen()))
            .toList(),
        outcome.coverage().products().stream().map(QuantizeSummary::product).toList(),
        outcome.saturation().stream()
            .filter(r -> r.anyCode().pairs() > 0)
            .map(QuantizeSummary::saturation)
            .toList(),
        outcome.advice(),
        outcome.calibrationSeconds(),
        models(outcome.comparison()));
  }

  private static Scheme scheme(Calibrated quantization) {
    QuantizationInfo info = QuantizationRecords.info(quantization);
    return new Scheme(
        info.scheme(),
        info.weights(),
        info.activations(),
        info.rangeEstimator(),
        info.calibrationBatches(),
        quantization.weights(),
        quantization.quantizers().size() - quantization.weights());
  }

  private static Product product(Coverage.Product product) {
    return new Product(
        product.node(),
        product.operator(),
        product.layer(),
        product.kernel(),
        product.outcome().label(),
        product.reason());
  }

  private static Saturation saturation(SaturationReport report) {
    return new Saturation(
        report.tensor(),
        report.pairs(),
        report.anyCode().pairs(),
        report.outputs(),
        report.anyCode().outputs());
  }

  private static Models models(FusedComparison comparison) {
    List<Metric> metrics = new ArrayList<>();
    List<MetricScore> fp = comparison.task().get(0);
    for (int i = 0; i < fp.size(); i++) {
      metrics.add(
          metric(
              OptionalDouble.of(fp.get(i).value()),
              comparison.task().get(1).get(i),
              comparison.task().get(2).get(i)));
    }
    for (int i = 0; i < comparison.simulatedAgreement().size(); i++) {
      metrics.add(
          metric(
              OptionalDouble.empty(),
              comparison.simulatedAgreement().get(i),
              comparison.deployedAgreement().get(i)));
    }
    return new Models(
        comparison.samples(),
        comparison.data(),
        comparison.synthetic(),
        metrics,
        comparison.fusionAgreement().stream().map(QuantizeSummary::fusion).toList(),
        comparison.largestDifference(),
        comparison.largestOutput(),
        comparison.floatSeconds(),
        comparison.deployedSeconds() / comparison.floatSeconds());
  }

  private static Metric metric(OptionalDouble fp, MetricScore simulated, MetricScore deployed) {
    return new Metric(
        simulated.id(),
        simulated.unit(),
        simulated.direction().label(),
        fp,
        OptionalDouble.of(simulated.value()),
        deployed.value());
  }

  private static Metric fusion(MetricScore score) {
    return new Metric(
        score.id(),
        score.unit(),
        score.direction().label(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        score.value());
  }
}
