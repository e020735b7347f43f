package dev.tailgate.onnx.remedy.rotation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * A rotation {@code Q [D, D]}, {@code Q Q^T = I}: a randomised Hadamard matrix, with random signs
 * {@code s}
 *
 * <pre>
 *   x Q = ((x s) H) / sqrt(D)
 * </pre>
 *
 * <p>and perhaps an orthogonal matrix of blocks behind it, {@code x Q B}.
 *
 * <p>Each element of {@code x Q} is a sum of all elements of {@code x} with weights of one size, so
 * a single large one is spread evenly over all channels and the result is near a normal
 * distribution (QuaRot, arXiv 2404.00456). Where there is no Hadamard matrix of order {@code D},
 * the largest one there is, of order {@code n}, turns the first {@code n} channels and then, with
 * further signs, the last {@code n}; of the product of two orthogonal matrices nothing else is
 * asked. Immutable, and the same for the same width, seed and blocks.
 */
public final class Rotation {
  private record Turn(Hadamard matrix, int start, double[] signs) {}

  private final int width;
  private final List<Turn> turns;
  private final Optional<OrthogonalBlocks> blocks;

  private Rotation(int width, List<Turn> turns, Optional<OrthogonalBlocks> blocks) {
    this.width = width;
    this.turns = List.copyOf(turns);
    this.blocks = blocks;
  }

  /**
   * The rotation of {@code width} channels.
   *
   * @throws IllegalArgumentException for less than one channel
   */
  public static Rotation of(int width, long seed) {
    if (width < 1) {
      throw new IllegalArgumentException("A rotation needs a channel, found " + width);
    }
    int order = width;
    while (Hadamard.of(order).isEmpty()) {
      order--;
    }
    Hadamard matrix = Hadamard.of(order).orElseThrow();
    Random random = new Random(seed);
    List<Turn> turns = new ArrayList<>();
    turns.add(new Turn(matrix, 0, signs(width, random)));
    if (order < width) {
      turns.add(new Turn(matrix, width - order, signs(width, random)));
    }
    return new Rotation(width, turns, Optional.empty());
  }

  /**
   * This rotation with {@code learned} behind it, in place of what was behind it.
   *
   * @throws IllegalArgumentException where the widths differ
   */
  public Rotation then(OrthogonalBlocks learned) {
    if (learned.width() != width) {
      throw new IllegalArgumentException(
          "Blocks of " + learned.width() + " channels for a rotation of " + width);
    }
    return new Rotation(width, turns, Optional.of(learned));
  }

  private static double[] signs(int width, Random random) {
    return random.ints(width, 0, 2).mapToDouble(bit -> bit == 0 ? -1 : 1).toArray();
  }

  /** {@code D}. */
  public int width() {
    return width;
  }

  /** What it is made of, for reports. */
  public String description() {
    Hadamard matrix = turns.get(0).matrix();
    String name = "randomised Hadamard matrix of order " + matrix.order();
    String suffix = ", " + matrix.construction();
    String turned =
        turns.size() == 1
            ? name + suffix
            : "two overlapping turns of " + width + " channels by a " + name + suffix;
    return turned
        + blocks
            .map(
                b ->
                    b.size() == width
                        ? ", and a learned orthogonal matrix"
                        : ", and a learned orthogonal matrix in blocks of " + b.size())
            .orElse("");
  }

  /** {@code row <- row Q}. */
  public void apply(double[] row) {
    requireWidth(row);
    for (Turn turn : turns) {
      for (int i = 0; i < width; i++) {
        row[i] *= turn.signs()[i];
      }
      turn.matrix().multiply(row, turn.start(), false);
    }
    blocks.ifPresent(b -> b.apply(row));
  }

  /** {@code row <- row Q^T}, which undoes {@link #apply}. */
  public void undo(double[] row) {
    requireWidth(row);
    blocks.ifPresent(b -> b.undo(row));
    for (int t = turns.size() - 1; t >= 0; t--) {
      Turn turn = turns.get(t);
      turn.matrix().multiply(row, turn.start(), true);
      for (int i = 0; i < width; i++) {
        row[i] *= turn.signs()[i];
      }
    }
  }

  private void requireWidth(double[] row) {
    if (row.length != width) {
      throw new IllegalArgumentException(
          "A row of " + row.length + " elements for a rotation of " + width);
    }
  }
}
