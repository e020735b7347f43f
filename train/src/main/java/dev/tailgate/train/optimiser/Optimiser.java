package dev.tailgate.train.optimiser;

import dev.tailgate.onnx.build.Value;
import java.util.List;

/** How weights change by their gradients. */
public sealed interface Optimiser permits AdamW, Sgd, Muon {
  /** With its settings, such as {@code AdamW with betas 0.9 and 0.999 and epsilon 1e-08}. */
  String words();

  /** What is remembered of a weight from step to step, each in its shape and 0 before the first. */
  List<String> moments(UpdateGraph.Weight weight);

  /**
   * Adds the nodes that update one weight, and says what its moments become.
   *
   * @param gradient in the shape of the weight
   * @return the weight after the step
   */
  Value update(UpdateGraph graph, UpdateGraph.Weight weight, Value gradient);
}
