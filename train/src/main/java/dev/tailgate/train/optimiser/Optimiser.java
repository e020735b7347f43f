package dev.tailgate.train.optimiser;

import dev.tailgate.onnx.build.Value;

/** How weights change by their gradients. */
public sealed interface Optimiser permits AdamW {
  /**
   * Adds the nodes that update one weight, with the state it needs.
   *
   * @param gradient in the shape of the weight
   * @return the weight after the step
   */
  Value update(UpdateGraph graph, UpdateGraph.Weight weight, Value gradient);
}
