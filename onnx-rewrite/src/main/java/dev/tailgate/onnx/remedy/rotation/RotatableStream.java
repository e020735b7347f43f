package dev.tailgate.onnx.remedy.rotation;

import java.util.List;

/**
 * A residual stream that can be rotated, for whoever looks for a rotation of it.
 *
 * @param place where it is, in words
 * @param width {@code D}, its number of channels
 * @param isCentred whether the norms that read it subtract the mean
 * @param norms the norms that read it; what the rotation reaches is their normalised rows
 */
public record RotatableStream(
    String place, int width, boolean isCentred, List<NormalisedRead> norms) {
  /**
   * One norm: {@code n(x) = d / sqrt(mean(d d) + eps)}, with {@code d = x - mean(x)} or {@code d =
   * x}.
   *
   * @param value {@code x [..., D]}, by its name in the model
   * @param epsilon {@code eps}
   */
  public record NormalisedRead(String value, double epsilon) {}

  /** Copies the list. */
  public RotatableStream {
    norms = List.copyOf(norms);
  }

  static RotatableStream of(String place, ResidualStream stream) {
    return new RotatableStream(
        place,
        stream.width(),
        stream.isCentred(),
        stream.norms().stream()
            .map(norm -> new NormalisedRead(norm.norm().input(), norm.epsilon()))
            .toList());
  }
}
