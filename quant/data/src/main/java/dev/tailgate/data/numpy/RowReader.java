package dev.tailgate.data.numpy;

import dev.tailgate.engine.tensor.Tensor;

/** Rows of an array in an order that was chosen, asked for one after the other. */
interface RowReader {
  /** The {@code count} rows chosen from place {@code first} on. */
  Tensor next(int first, int count);
}
