package dev.tailgate.quant.site;

import dev.tailgate.data.Batch;
import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import java.util.Optional;

/**
 * Which query each row of scores belongs to. A row is a place on all axes but the last, of {@code
 * [B, H, T, S]} or {@code [B*H, T, S]}, in row-major order.
 */
final class ScoreRows {
  private final int rows;
  private final int queries;
  private final int perSample;
  private final int real;
  private final Optional<Elements.Reader> valid;

  private ScoreRows(
      int rows, int queries, int perSample, int real, Optional<Elements.Reader> valid) {
    this.real = real;
    this.rows = rows;
    this.queries = queries;
    this.perSample = perSample;
    this.valid = valid;
  }

  /**
   * The rows of scores of this shape. Padding is known where the batch has a mask {@code [B, T]}
   * and the shape is {@code [B, H, T, .]}.
   */
  static ScoreRows of(long[] shape, Batch batch) {
    int rank = shape.length;
    long rows = 1;
    for (int axis = 0; axis < rank - 1; axis++) {
      rows *= shape[axis];
    }
    int queries = rank < 2 ? 1 : Math.toIntExact(shape[rank - 2]);
    Optional<Tensor> mask = batch.mask().filter(m -> rank == 4 && fits(shape, m));
    int perSample = rank == 4 ? Math.toIntExact(shape[1]) * queries : 1;
    // Samples come first on the first axis; behind them are copies, if there are any.
    int real = Math.toIntExact(rows / batch.rows() * batch.samples());
    boolean hasCopies = batch.rows() > batch.samples() && shape[0] % batch.rows() == 0;
    return new ScoreRows(
        Math.toIntExact(rows),
        queries,
        perSample,
        hasCopies ? real : Math.toIntExact(rows),
        mask.map(Elements::reader));
  }

  private static boolean fits(long[] shape, Tensor mask) {
    return mask.rank() == 2 && mask.dim(0) == shape[0] && mask.dim(1) == shape[2];
  }

  /** Number of rows. */
  int count() {
    return rows;
  }

  /** The head of a row, of {@code heads} in all: heads lie right before the queries. */
  int head(int row, int heads) {
    return row / queries % heads;
  }

  /** Whether the query of a row is a real token of a real sample. */
  boolean counts(int row) {
    if (row >= real) {
      return false;
    }
    return valid.isEmpty() || valid.get().get(row / perSample * queries + row % queries) != 0;
  }
}
