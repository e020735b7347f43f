package dev.tailgate.result;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * The statistics of one measured activation.
 *
 * @param tensor value name in the user's file, so that anyone can check a number
 * @param role what the tensor is in its block, for example {@code ffn_out}
 * @param layer transformer layer, or -1 for none
 * @param kurtosis mean over rows of m4 / (s^4 + 1e-6), with m4 the mean fourth power of the
 *     deviation and s the standard deviation with d - 1; about 3 for a Gaussian
 * @param pooledExcessKurtosis m4 / m2^2 - 3 with the moments of all elements together; 0 for a
 *     Gaussian
 * @param maxInfNorm mean over rows of max |x|
 * @param absMax max |x| over everything; never below {@code maxInfNorm} but for rounding
 * @param absMaxAt where {@code absMax} occurs; empty when there is no finite element
 * @param outliers6sigma elements further than 6 standard deviations from the mean
 * @param elements finite elements measured, padding left out
 * @param rows rows the per-row means are taken over
 * @param nan NaN elements, counted apart and in no other statistic
 * @param inf infinite elements, counted apart and in no other statistic
 * @param inHeadline whether the tap belongs to the preset behind the headline numbers
 * @param firstNonfiniteSample first sample with a NaN or infinite element
 */
public record TapResult(
    String tensor,
    String role,
    int layer,
    double kurtosis,
    double pooledExcessKurtosis,
    double maxInfNorm,
    double absMax,
    Optional<ElementPlace> absMaxAt,
    long outliers6sigma,
    long elements,
    long rows,
    long nan,
    long inf,
    boolean inHeadline,
    OptionalLong firstNonfiniteSample) {
  /** Refuses what cannot be. */
  public TapResult {
    Require.text("tap.role", role);
    Require.indexOrNone("tap.layer", layer);
    Require.notNegative("tap.outliers_6sigma", outliers6sigma);
    Require.notNegative("tap.elements", elements);
    Require.notNegative("tap.rows", rows);
    Require.notNegative("tap.nan", nan);
    Require.notNegative("tap.inf", inf);
  }

  /** Whether every element was finite. */
  public boolean isFinite() {
    return nan == 0 && inf == 0;
  }
}
