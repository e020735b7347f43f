package dev.tailgate.model;

import dev.tailgate.onnx.ir.OnnxModel;

/**
 * A kind of model with all its sizes. What it builds has softmax attention; another attention is a
 * rewrite of it, as of any other model.
 */
public interface Architecture {
  /**
   * An untrained model.
   *
   * @param seed draws the weights; the same seed gives the same bytes, and a weight does not change
   *     with what stands beside it
   */
  OnnxModel build(long seed);
}
