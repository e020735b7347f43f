package dev.tailgate.run.audit;

import dev.tailgate.data.DataSource;
import dev.tailgate.quant.score.AgreementScorer;
import dev.tailgate.quant.score.MetricScore;
import dev.tailgate.quant.score.PairedScores;
import dev.tailgate.result.Agreement;
import dev.tailgate.result.SampleScores;
import dev.tailgate.result.TaskMetric;
import dev.tailgate.result.TaskResult;
import dev.tailgate.stats.metric.Direction;
import dev.tailgate.stats.metric.RatioOfSums;
import java.util.List;
import java.util.Optional;

/** The task metric of both models where the data has labels, their agreement always. */
final class TaskResults {
  private TaskResults() {}

  static TaskResult of(DataSource data, Evaluation.Outcome outcome) {
    List<MetricScore> agreement =
        outcome.agreement().map(AgreementScorer::scores).orElse(List.of());
    List<Agreement> listed =
        agreement.stream()
            .map(s -> new Agreement(s.id(), unit(s), s.direction(), s.value()))
            .toList();
    List<TaskMetric> metrics =
        outcome
            .quantized()
            .map(quantized -> PairedScores.of(outcome.fp(), quantized))
            .orElseGet(() -> PairedScores.of(outcome.fp()))
            .stream()
            .map(TaskResults::metric)
            .toList();
    Optional<String> kind = Optional.of(data.task().label());
    if (metrics.isEmpty()) {
      Optional<MetricScore> first = agreement.stream().findFirst();
      return new TaskResult(
          kind,
          data.synthetic() ? TaskResult.SYNTHETIC : "agreement with FP",
          first.map(TaskResults::unit).orElse("dB"),
          Direction.HIGHER,
          Optional.empty(),
          first.map(TaskResults::result),
          Optional.empty(),
          metrics,
          Optional.empty(),
          listed);
    }
    TaskMetric headline = metrics.get(0);
    return new TaskResult(
        kind,
        headline.id(),
        headline.unit(),
        headline.direction(),
        Optional.of(headline.fp()),
        headline.quantized(),
        headline.delta(),
        metrics,
        perSample(outcome),
        listed);
  }

  /** Only ratios of sums can be taken apart by samples. */
  private static Optional<SampleScores> perSample(Evaluation.Outcome outcome) {
    if (!(outcome.fp().metrics().get(0) instanceof RatioOfSums fp)
        || fp.samples() > SampleScores.MOST) {
      return Optional.empty();
    }
    List<Double> quantized =
        outcome
            .quantized()
            .filter(q -> q.metrics().get(0) instanceof RatioOfSums)
            .map(q -> ((RatioOfSums) q.metrics().get(0)).numerators())
            .orElse(List.of());
    return Optional.of(
        new SampleScores(
            fp.spec().id(), fp.isExponential(), fp.numerators(), quantized, fp.denominators()));
  }

  private static TaskMetric metric(PairedScores scores) {
    return new TaskMetric(
        scores.spec().id(),
        unit(scores.fp()),
        scores.spec().direction(),
        result(scores.fp()),
        scores.quantized().map(TaskResults::result),
        scores.delta().map(TaskResults::result));
  }

  /** Reports print numbers without a unit bare. */
  private static String unit(MetricScore score) {
    boolean dimensionless = score.unit().equals("1") || score.unit().equals("fraction");
    return dimensionless ? "" : score.unit();
  }

  private static dev.tailgate.result.Score result(MetricScore score) {
    return new dev.tailgate.result.Score(score.value(), score.low(), score.high());
  }
}
