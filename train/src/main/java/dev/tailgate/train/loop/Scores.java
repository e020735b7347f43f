package dev.tailgate.train.loop;

import dev.tailgate.stats.metric.Direction;
import dev.tailgate.train.checkpoint.LoopState;
import java.util.List;
import java.util.Optional;

/**
 * Scores on held-out samples in the order of their steps.
 *
 * @param direction which way they improve; NaN is worse than anything
 */
record Scores(List<LoopState.HeldOut> all, Direction direction) {
  /** The step with the best score, the earliest of equal ones. */
  Optional<Long> best() {
    return bestUpTo(Long.MAX_VALUE);
  }

  /** The same among the scores up to a step. */
  Optional<Long> bestUpTo(long step) {
    Optional<LoopState.HeldOut> best = Optional.empty();
    for (LoopState.HeldOut score : all) {
      if (score.step() <= step && (best.isEmpty() || isBetter(score.score(), best.get().score()))) {
        best = Optional.of(score);
      }
    }
    return best.map(LoopState.HeldOut::step);
  }

  private boolean isBetter(double one, double other) {
    if (Double.isNaN(one) || Double.isNaN(other)) {
      return Double.isNaN(other) && !Double.isNaN(one);
    }
    return direction == Direction.LOWER ? one < other : one > other;
  }

  /** Whether the last {@code patience} scores were no better than one before them. */
  boolean isStale(int patience) {
    if (patience == 0 || all.isEmpty()) {
      return false;
    }
    long best = best().orElse(0L);
    return all.stream().filter(score -> score.step() > best).count() >= patience;
  }
}
