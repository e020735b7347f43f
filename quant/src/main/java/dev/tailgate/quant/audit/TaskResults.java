package dev.tailgate.quant.audit;

import dev.tailgate.quant.data.DataSource;
import dev.tailgate.quant.evaluate.AgreementScorer;
import dev.tailgate.quant.evaluate.Score;
import dev.tailgate.quant.evaluate.TaskScorer;
import dev.tailgate.stats.result.Agreement;
import dev.tailgate.stats.result.Direction;
import dev.tailgate.stats.result.TaskResult;
import java.util.List;
import java.util.Optional;

/** The task metric of both models where the data has labels, their agreement always. */
final class TaskResults {
  private TaskResults() {}

  static TaskResult of(DataSource data, Evaluation.Outcome outcome) {
    List<Score> agreement = outcome.agreement().map(AgreementScorer::scores).orElse(List.of());
    List<Agreement> listed =
        agreement.stream()
            .map(s -> new Agreement(s.id(), unit(s), direction(s), s.value()))
            .toList();
    List<Score> fp = outcome.fp().scores();
    if (fp.isEmpty()) {
      return new TaskResult(
          data.synthetic() ? TaskResult.SYNTHETIC : "agreement with FP",
          "dB",
          Direction.HIGHER,
          Optional.empty(),
          agreement.stream().findFirst().map(TaskResults::result),
          Optional.empty(),
          listed);
    }
    Score headline = fp.get(0);
    Optional<Score> quantized =
        outcome.quantized().map(TaskScorer::scores).flatMap(list -> list.stream().findFirst());
    return new TaskResult(
        headline.id(),
        unit(headline),
        direction(headline),
        Optional.of(result(headline)),
        quantized.map(TaskResults::result),
        quantized.map(q -> dev.tailgate.stats.result.Score.point(q.value() - headline.value())),
        listed);
  }

  /** Reports print numbers without a unit bare. */
  private static String unit(Score score) {
    boolean dimensionless = score.unit().equals("1") || score.unit().equals("fraction");
    return dimensionless ? "" : score.unit();
  }

  private static Direction direction(Score score) {
    return score.direction().startsWith("higher") ? Direction.HIGHER : Direction.LOWER;
  }

  private static dev.tailgate.stats.result.Score result(Score score) {
    return new dev.tailgate.stats.result.Score(score.value(), score.low(), score.high());
  }
}
