package dev.tailgate.onnx.tap;

import dev.tailgate.onnx.ir.ElementType;

/**
 * An activation to be measured, with what must be known of its shape to do so.
 *
 * @param tensor value name
 * @param type float element type; other than float32 is widened before anything is computed
 * @param rank number of dimensions, at least 1
 * @param tokens where the token positions are
 * @param perChannel whether extremes per channel (last axis) are wanted too
 */
public record TapTarget(
    String tensor, ElementType type, int rank, TokenLayout tokens, boolean perChannel) {
  /** Refuses what cannot be reduced. */
  public TapTarget {
    if (rank < 1 || !type.isFloat()) {
      throw new IllegalArgumentException(
          "Tap " + tensor + " must be a float tensor of rank 1 or more, found " + type + rank);
    }
  }
}
