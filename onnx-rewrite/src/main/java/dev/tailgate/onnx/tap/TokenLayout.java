package dev.tailgate.onnx.tap;

/** How the axes of an activation relate to samples and token positions. */
public sealed interface TokenLayout {
  /** Axis 0 is the batch, or something else; no axis is known to be the token position. */
  record None() implements TokenLayout {}

  /** Axis 0 is the batch and axis {@code axis} (1 or more, not the last) the token position. */
  record Axis(int axis) implements TokenLayout {}

  /** Axis 0 is batch times tokens, tokens varying faster. */
  record Flattened() implements TokenLayout {}
}
