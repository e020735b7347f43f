package dev.tailgate.onnx.role;

import java.util.List;

/**
 * The activations of a model by role.
 *
 * @param taps every measurable activation once, in graph order
 * @param style where the blocks put their norms
 */
public record TapMap(List<Tap> taps, NormStyle style) {
  /** Copies the taps. */
  public TapMap {
    taps = List.copyOf(taps);
  }

  /** The taps with {@code role}, in graph order. */
  public List<Tap> withRole(TapRole role) {
    return taps.stream().filter(tap -> tap.is(role)).toList();
  }

  /** Number of blocks. */
  public int layers() {
    return taps.stream().mapToInt(Tap::layer).max().orElse(-1) + 1;
  }
}
