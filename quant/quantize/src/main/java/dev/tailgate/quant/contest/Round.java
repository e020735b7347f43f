package dev.tailgate.quant.contest;

import dev.tailgate.data.Batch;
import dev.tailgate.engine.tensor.Tensor;
import java.util.List;
import java.util.Map;

/**
 * One batch and what every contestant made of it.
 *
 * @param batch what was run
 * @param turns one a contestant, the reference first
 */
public record Round(Batch batch, List<Turn> turns) {
  /**
   * One contestant's part of a round.
   *
   * @param name the contestant's
   * @param outputs what it gave
   * @param seconds that it took, outputs copied to the heap; of a turn that was kept from an
   *     earlier pass those of then
   */
  public record Turn(String name, Map<String, Tensor> outputs, double seconds) {}

  /** Copies the list and refuses a round of nobody. */
  public Round {
    turns = List.copyOf(turns);
    if (turns.isEmpty()) {
      throw new IllegalArgumentException("A round needs a contestant");
    }
  }

  /** Outputs of the contestant that the others are compared with. */
  public Map<String, Tensor> reference() {
    return turns.get(0).outputs();
  }

  /** Outputs of the contestant called {@code name}. */
  public Map<String, Tensor> of(String name) {
    return turn(name).outputs();
  }

  /** Seconds of the contestant called {@code name}. */
  public double seconds(String name) {
    return turn(name).seconds();
  }

  private Turn turn(String name) {
    return turns.stream()
        .filter(turn -> turn.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("No contestant is called " + name));
  }
}
