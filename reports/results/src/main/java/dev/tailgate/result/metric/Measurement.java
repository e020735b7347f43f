package dev.tailgate.result.metric;

import dev.tailgate.result.Score;
import java.util.Optional;

/**
 * A metric's value in one result.
 *
 * @param score value and interval; without an interval its ends are NaN
 * @param tap the tensor that holds it, for metrics of taps
 */
public record Measurement(Score score, Optional<String> tap) {
  static Measurement of(double value) {
    return new Measurement(Score.point(value), Optional.empty());
  }

  /** The number, without its interval. */
  public double value() {
    return score.value();
  }
}
