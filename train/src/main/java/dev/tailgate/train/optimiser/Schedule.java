package dev.tailgate.train.optimiser;

/**
 * The learning rate by the number of the step, counted from 1: a straight way up over the warm-up,
 * then as the shape says down to {@code floor * rate} at the last step. As {@code
 * get_constant_schedule_with_warmup} and its like in Transformers, whose steps are counted from 0.
 *
 * @param shape what comes after the warm-up
 * @param rate the largest learning rate
 * @param warmUp how many steps lead up to it
 * @param steps of the whole training
 * @param floor the part of the rate that is left at the end, in [0, 1]
 */
public record Schedule(Shape shape, double rate, long warmUp, long steps, double floor) {
  /** What comes after the warm-up. */
  public enum Shape {
    /** The rate stays. */
    CONSTANT,
    /** A straight way down. */
    LINEAR,
    /** Half a wave of a cosine. */
    COSINE
  }

  /** Refuses numbers outside their ranges. */
  public Schedule {
    if (!(rate >= 0 && rate < Double.POSITIVE_INFINITY)
        || warmUp < 0
        || steps < 1
        || !(floor >= 0 && floor <= 1)) {
      throw new IllegalArgumentException(
          "A schedule of rate "
              + rate
              + ", warm-up "
              + warmUp
              + ", steps "
              + steps
              + " and floor "
              + floor);
    }
  }

  /** The learning rate of step {@code step}, which counts from 1; that of the last beyond it. */
  public double at(long step) {
    if (step < 1) {
      throw new IllegalArgumentException("Step " + step);
    }
    if (step <= warmUp) {
      return rate * step / warmUp;
    }
    double part = steps <= warmUp ? 1 : Math.min(1, (double) (step - warmUp) / (steps - warmUp));
    double left =
        switch (shape) {
          case CONSTANT -> 1;
          case LINEAR -> floor + (1 - floor) * (1 - part);
          case COSINE -> floor + (1 - floor) * (1 + Math.cos(Math.PI * part)) / 2;
        };
    return rate * left;
  }
}
