package dev.tailgate.result;

/**
 * How the values of one weight matrix {@code [in, out]} spread over its output columns.
 *
 * @param tensor value name in the user's file
 * @param role the operator that reads it
 * @param layer transformer layer, or -1 for none
 * @param perChannel whether each column has a scale of its own
 * @param column the output with the largest weight
 * @param columnRatio max |w| of that column over the median of the columns' max |w|; with one scale
 *     for all, the median column gets {@code 1 / columnRatio} of the grid
 * @param sqnr of rounding this weight alone, in dB
 */
public record WeightEvidence(
    String tensor,
    String role,
    int layer,
    boolean perChannel,
    int column,
    double columnRatio,
    double sqnr) {
  /** Checks names and indices. */
  public WeightEvidence {
    Require.text("weight_evidence.role", role);
    Require.indexOrNone("weight_evidence.layer", layer);
    Require.notNegative("weight_evidence.column", column);
  }
}
