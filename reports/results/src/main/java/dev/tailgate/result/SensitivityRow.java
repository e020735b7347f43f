package dev.tailgate.result;

import java.util.List;
import java.util.Optional;

/**
 * What quantizing one part of a model does.
 *
 * @param level how large a part: {@code layer}, {@code site} (a part of a block) or {@code tap}
 *     (one tensor)
 * @param label its name for people, such as {@code layer 3} or {@code attention of layer 3}
 * @param layer the block it belongs to, from 0; -1 outside the blocks
 * @param kind which of its points: {@code weights}, {@code activations} or {@code both}
 * @param tensors the quantized tensors
 * @param proxy predicted damage: SQNR in dB of its rounding where it happens, from one pass over
 *     the float model
 * @param alone damage when nothing else is quantized; empty where the time did not suffice
 * @param without damage that is left when all but this is quantized
 */
public record SensitivityRow(
    String level,
    String label,
    int layer,
    String kind,
    List<String> tensors,
    Optional<Double> proxy,
    Optional<Damage> alone,
    Optional<Damage> without) {
  /** Copies the tensors. */
  public SensitivityRow {
    tensors = List.copyOf(tensors);
  }

  /** The tensor of a part that is one tensor; empty for larger parts. */
  public Optional<String> tensor() {
    return level.equals("tap") ? tensors.stream().findFirst() : Optional.empty();
  }
}
