package dev.tailgate.onnx.role;

import dev.tailgate.onnx.attention.Dataflow;
import dev.tailgate.onnx.attention.Linear;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Tells models of Hopfield associations from transformers. */
final class Associations {
  private Associations() {}

  /**
   * Whether values are projected from the projected keys, {@code V = W_v (W_k y)}, in every
   * attention whose values are activations, and in more than one: the mark of Hopfield associations
   * (arXiv 2008.02217), which transformers lack.
   */
  static boolean makeValuesFromKeys(Dataflow flow, TapMap taps) {
    Set<String> keys =
        taps.withRole(TapRole.KEY).stream()
            .map(key -> flow.source(key.tensor()))
            .collect(Collectors.toSet());
    List<Tap> values = taps.withRole(TapRole.VALUE);
    return values.size() > 1
        && values.stream()
            .allMatch(
                value ->
                    Linear.making(flow, flow.source(value.tensor()))
                        .filter(linear -> keys.contains(flow.source(linear.input())))
                        .isPresent());
  }
}
