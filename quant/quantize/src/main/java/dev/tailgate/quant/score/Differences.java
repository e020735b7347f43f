package dev.tailgate.quant.score;

import dev.tailgate.result.Score;
import dev.tailgate.stats.metric.Bootstrap;
import dev.tailgate.stats.metric.Direction;
import dev.tailgate.stats.metric.Interval;
import dev.tailgate.stats.metric.SampledMetric;

/** Differences of a metric between two models on the same samples. */
public final class Differences {
  /** Intervals repeat from run to run; the seed is no setting. */
  private static final long SEED = 2306;

  private static final double LEAST_SHRINKING = 0.05;

  private Differences() {}

  /** The metric itself, with its 95 % interval. */
  public static Score score(SampledMetric metric) {
    Interval interval =
        metric.samples() < 2
            ? Interval.UNKNOWN
            : Bootstrap.interval(metric.samples(), metric::value, SEED);
    return new Score(metric.value(), interval.low(), interval.high());
  }

  /** {@code to - from} with its 95 % interval over joint draws of samples. */
  public static Score of(SampledMetric from, SampledMetric to) {
    Interval interval =
        from.samples() < 2
            ? Interval.UNKNOWN
            : Bootstrap.interval(
                from.samples(), drawn -> to.value(drawn) - from.value(drawn), SEED);
    return new Score(to.value() - from.value(), interval.low(), interval.high());
  }

  /** The difference turned so that larger is worse, whichever way the metric improves. */
  public static Score loss(SampledMetric from, SampledMetric to) {
    Score difference = of(from, to);
    boolean lower = from.spec().direction() == Direction.LOWER;
    return lower
        ? difference
        : new Score(-difference.value(), -difference.high(), -difference.low());
  }

  /**
   * Whether {@code after} is a better stand-in for the float model than {@code before}: the task
   * metric improves beyond doubt (the interval of its difference lies on one side of 0), or the
   * error of the outputs shrinks beyond doubt and the metric does not get worse beyond doubt. The
   * second half is what decides: every value of every output is compared with the float model's,
   * while a metric is one number a sample, and says nothing about a few points on a hundred
   * samples.
   *
   * <p>A model that breaks is no better stand-in for one that does not, whatever it scores; one
   * that no longer breaks is closer than one that does.
   */
  public static boolean helps(Trial before, Trial after) {
    if (after.isBroken() && !before.isBroken()) {
      return false;
    }
    boolean mended = before.isBroken() && !after.isBroken();
    Score error = of(before.error(), after.error());
    boolean closer = mended || error.high() < -LEAST_SHRINKING * before.error().value();
    if (before.headline().isEmpty() || after.headline().isEmpty()) {
      return closer;
    }
    Score loss = loss(before.headline().get(), after.headline().get());
    // A model that breaks may have no task metric either; without an interval the value decides.
    boolean noWorse =
        (loss.hasInterval() ? loss.low() <= 0 : loss.value() <= 0)
            || (mended && Double.isNaN(loss.value()));
    return loss.high() < 0 || (closer && noWorse);
  }
}
