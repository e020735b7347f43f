package dev.tailgate.quant.score;

import dev.tailgate.stats.metric.Bootstrap;
import dev.tailgate.stats.metric.Interval;
import dev.tailgate.stats.metric.MetricSpec;
import dev.tailgate.stats.metric.SampledMetric;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * One task metric of two models that have seen the same samples. The interval of the difference
 * comes from the same draws of samples for both, so that what is hard about a sample for both of
 * them cancels; it is narrower than the two intervals suggest.
 *
 * @param spec the metric
 * @param fp score of the float model
 * @param quantized score of the other one, if there is one
 * @param delta quantized minus float
 */
public record PairedScores(
    MetricSpec spec, MetricScore fp, Optional<MetricScore> quantized, Optional<MetricScore> delta) {
  /** Intervals repeat from run to run; the seed is no setting. */
  static final long SEED = 2306;

  /** The scores of one model. */
  public static List<PairedScores> of(TaskScorer fp) {
    return fp.metrics().stream().map(metric -> of(metric, Optional.empty())).toList();
  }

  /** The scores of both, metric by metric. */
  public static List<PairedScores> of(TaskScorer fp, TaskScorer quantized) {
    List<PairedScores> scores = new ArrayList<>();
    List<SampledMetric> one = fp.metrics();
    List<SampledMetric> other = quantized.metrics();
    for (int i = 0; i < one.size(); i++) {
      scores.add(of(one.get(i), Optional.of(other.get(i))));
    }
    return List.copyOf(scores);
  }

  private static PairedScores of(SampledMetric fp, Optional<SampledMetric> quantized) {
    MetricSpec spec = fp.spec();
    List<ToDoubleFunction<int[]>> statistics = new ArrayList<>();
    // A draw is given to the statistics in their order, so that the last one need not compute anew.
    double[] last = new double[2];
    statistics.add(drawn -> last[0] = fp.value(drawn));
    quantized.ifPresent(
        q -> {
          statistics.add(drawn -> last[1] = q.value(drawn));
          statistics.add(drawn -> last[1] - last[0]);
        });
    // One sample has no spread to tell.
    List<Interval> intervals =
        fp.samples() < 2
            ? statistics.stream().map(s -> Interval.UNKNOWN).toList()
            : Bootstrap.intervals(fp.samples(), statistics, SEED);
    return new PairedScores(
        spec,
        MetricScore.of(spec, fp.value(), intervals.get(0)),
        quantized.map(q -> MetricScore.of(spec, q.value(), intervals.get(1))),
        quantized.map(q -> MetricScore.of(spec, q.value() - fp.value(), intervals.get(2))));
  }
}
