package dev.tailgate.train.loss;

import dev.tailgate.onnx.build.Value;

/**
 * What training makes small: a scalar of the student's values, and of what is fed beside them. One
 * that has a mask counts the places alone where the mask is not 0; padding does not enter.
 */
public sealed interface Loss
    permits CrossEntropy,
        DistributionError,
        MeanError,
        HiddenError,
        LogitDivergence,
        EmbeddingDistance,
        Contrast,
        PairRanking,
        OutlierPenalty {
  /**
   * Adds the nodes that compute it.
   *
   * @return float, one element without dimensions
   */
  Value build(LossGraph graph);
}
