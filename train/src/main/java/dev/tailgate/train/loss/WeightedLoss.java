package dev.tailgate.train.loss;

/**
 * One term of the sum that is made small.
 *
 * @param name by which its value is told, without the factor
 * @param factor what it is multiplied by in the sum; not negative
 */
public record WeightedLoss(String name, Loss loss, double factor) {
  /** Refuses factors that are no sizes. */
  public WeightedLoss {
    if (!(factor >= 0 && factor < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("A factor of " + factor + " for the loss " + name);
    }
  }
}
