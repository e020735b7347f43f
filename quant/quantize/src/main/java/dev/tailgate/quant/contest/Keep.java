package dev.tailgate.quant.contest;

import dev.tailgate.data.Batch;
import dev.tailgate.engine.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What of the first pass stays in memory, so that later passes need neither the data nor the
 * reference model.
 *
 * @param outputs of the reference that later passes ask for
 * @param mostBytes of batches and outputs together; what is more is read and computed anew in each
 *     pass
 */
public record Keep(Set<String> outputs, long mostBytes) {
  /** For contests of one pass: no batch has so few bytes. */
  public static final Keep NOTHING = new Keep(Set.of(), -1);

  private static final long MOST_BYTES = 256L << 20;

  /** Copies the set. */
  public Keep {
    outputs = Set.copyOf(outputs);
  }

  /** These, as long as they are small beside a model. */
  public static Keep of(Set<String> outputs) {
    return new Keep(outputs, MOST_BYTES);
  }

  /** The turn with what is kept of it. */
  Round.Turn of(Round.Turn turn) {
    Map<String, Tensor> kept = new LinkedHashMap<>();
    for (String name : outputs) {
      kept.put(name, Objects.requireNonNull(turn.outputs().get(name)));
    }
    return new Round.Turn(turn.name(), kept, turn.seconds());
  }

  static long bytes(Batch batch, Round.Turn turn) {
    return bytes(batch.inputs()) + bytes(turn.outputs());
  }

  private static long bytes(Map<String, Tensor> tensors) {
    return tensors.values().stream()
        .mapToLong(tensor -> (long) tensor.elementCount() * tensor.type().bits() / 8)
        .sum();
  }
}
