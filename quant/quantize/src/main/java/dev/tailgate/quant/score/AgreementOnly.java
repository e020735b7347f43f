package dev.tailgate.quant.score;

import dev.tailgate.data.Batch;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.stats.metric.SampledMetric;
import java.util.List;
import java.util.Map;

/** For data without labels: there is nothing to score one model by. */
final class AgreementOnly implements TaskScorer {
  @Override
  public void accept(Batch batch, Map<String, Tensor> outputs) {}

  @Override
  public List<SampledMetric> metrics() {
    return List.of();
  }
}
