package dev.tailgate.result.diagnosis;

import java.util.List;

/**
 * What a rule saw.
 *
 * @param cause id of the rule
 * @param sentence what was measured
 * @param advice remedies and methods, best first
 * @param strength decades beyond harmless, times the share of the phenomenon that is explained
 * @param where the part of the model it is seen in
 */
record Observation(
    String cause, Sentence sentence, List<String> advice, double strength, Where where) {
  Observation {
    advice = List.copyOf(advice);
  }

  /**
   * A part of a model.
   *
   * @param kind {@code weights}, {@code activations} or {@code both}
   * @param tensors names
   * @param layers blocks
   */
  record Where(String kind, List<String> tensors, List<Integer> layers) {
    static final String WEIGHTS = "weights";
    static final String ACTIVATIONS = "activations";

    /** No part in particular. */
    static final Where NOWHERE = new Where(ACTIVATIONS, List.of(), List.of());

    Where {
      tensors = List.copyOf(tensors);
      layers = List.copyOf(layers);
    }

    static Where activation(String tensor, int layer) {
      return new Where(ACTIVATIONS, List.of(tensor), List.of(layer));
    }

    static Where weight(String tensor, int layer) {
      return new Where(WEIGHTS, List.of(tensor), List.of(layer));
    }
  }
}
