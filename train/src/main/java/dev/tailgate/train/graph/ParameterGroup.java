package dev.tailgate.train.graph;

import dev.tailgate.quant.placement.Selector;
import java.util.List;

/**
 * Weights that are trained in one way.
 *
 * @param of which; a weight belongs to the first group that has a selector for it, and to the
 *     default where there is none
 * @param rate what the learning rate is multiplied by
 * @param decay the weight decay
 * @param isFrozen whether they stay as they are
 */
public record ParameterGroup(List<Selector> of, double rate, double decay, boolean isFrozen) {
  /** Copies the list. */
  public ParameterGroup {
    of = List.copyOf(of);
    requireOfWeights(of);
    if (!(rate >= 0 && rate < Double.POSITIVE_INFINITY && decay >= 0 && decay < 1e6)) {
      throw new IllegalArgumentException("A rate of " + rate + " and a decay of " + decay);
    }
  }

  /**
   * Refuses selectors that choose no weights.
   *
   * @throws IllegalArgumentException for {@code layer:}, since weights are found without blocks
   */
  public static void requireOfWeights(List<Selector> selectors) {
    for (Selector selector : selectors) {
      if (selector instanceof Selector.Layers) {
        throw new IllegalArgumentException(
            "Selector '"
                + selector.text()
                + "' chooses blocks, and weights are chosen by role:, op:, name: or /regex/, such as"
                + " 'name:*layer.5.*'");
      }
    }
  }

  /** Weights that stay as they are. */
  public static ParameterGroup frozen(List<Selector> of) {
    return new ParameterGroup(of, 0, 0, true);
  }

  /** Weights with a rate and a decay of their own. */
  public static ParameterGroup trained(List<Selector> of, double rate, double decay) {
    return new ParameterGroup(of, rate, decay, false);
  }
}
