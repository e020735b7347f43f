package dev.tailgate.onnx.rewrite.fused;

import dev.tailgate.onnx.build.Ops;
import java.util.List;

/** Keys or values with those of earlier runs in front, which some operators give out again. */
final class PresentState {
  private PresentState() {}

  /**
   * {@code [B, H, P + S, D]} of {@code past [B, H, P, D]} and {@code own [B, H, S, D]}.
   *
   * @param past empty for none
   * @param output name to give it out under; empty for none
   */
  static String of(Ops ops, String past, String own, String output) {
    String present = past.isEmpty() ? own : ops.concat(2, List.of(past, own));
    if (!output.isEmpty()) {
      ops.node("Identity", present).addAs(List.of(output));
    }
    return present;
  }
}
