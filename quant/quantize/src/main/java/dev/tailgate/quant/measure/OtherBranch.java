package dev.tailgate.quant.measure;

import dev.tailgate.data.Batch;
import dev.tailgate.engine.tensor.DataException;

/**
 * Refuses data that takes one branch of an {@code If} in some batches and another in others: what
 * is measured in a branch is chosen by the first batch, and has no value where it is not run.
 */
public final class OtherBranch {
  private OtherBranch() {}

  /**
   * Requires that a batch gave a value.
   *
   * @throws DataException where it did not
   */
  public static void require(boolean given, Batch batch) {
    if (!given) {
      throw DataException.doing("measuring activations inside the branch of an If")
          .expected("data that takes the same branch in all batches")
          .found("another one in the batch of sample " + batch.firstPlace())
          .fix("Split the data by the branch it takes, and run once for each part.");
    }
  }
}
