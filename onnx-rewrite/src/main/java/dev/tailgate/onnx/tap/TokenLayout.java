package dev.tailgate.onnx.tap;

/** How the axes of an activation relate to samples and token positions. */
public sealed interface TokenLayout {
  /**
   * The axis that counts samples where any does. Those before it have one entry, as in {@code [1,
   * B, H, T, D]}, a third of what {@code [3, B, H, T, D]} holds.
   */
  int samples();

  /**
   * Axis {@code samples} is the batch, or something else; no axis is known to be the token
   * position.
   */
  record None(int samples) implements TokenLayout {
    /** Axis 0 may be the batch. */
    public None() {
      this(0);
    }
  }

  /**
   * Axis {@code samples} is the batch and axis {@code axis}, behind it and not the last, the token
   * position.
   */
  record Axis(int samples, int axis) implements TokenLayout {
    /** Axis 0 is the batch. */
    public Axis(int axis) {
      this(0, axis);
    }
  }

  /** Axis 0 is batch times tokens, tokens varying faster. */
  record Flattened() implements TokenLayout {
    @Override
    public int samples() {
      return 0;
    }
  }
}
