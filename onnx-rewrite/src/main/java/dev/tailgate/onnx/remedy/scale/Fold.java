package dev.tailgate.onnx.remedy.scale;

import dev.tailgate.onnx.layer.LinearLayer;
import dev.tailgate.onnx.layer.NormLayer;

/** Where the division of an activation's channels can go without a node of its own. */
public sealed interface Fold {
  /** Into gain and shift of the norm that makes the activation. */
  record IntoNorm(NormLayer norm) implements Fold {}

  /**
   * Into columns and bias of the linear layer before, from which the activation follows by steps
   * that commute with positive scales of channels.
   */
  record IntoLinear(LinearLayer layer) implements Fold {}

  /** Nowhere: a clause that follows the activation's name. */
  record Nowhere(String reason) implements Fold {}
}
