package dev.tailgate.result;

/**
 * An int8 weight whose products with unsigned 8-bit activations can overflow where a processor adds
 * two of them in 16 bits (x86 without VNNI).
 *
 * @param tensor the weight
 * @param pairs pairs of products that are added
 * @param unsafe those that leave 16 bits for some activation
 */
public record SaturationEvidence(String tensor, long pairs, long unsafe) {
  /** Checks the counts. */
  public SaturationEvidence {
    Require.notNegative("saturation_evidence.pairs", pairs);
    Require.notNegative("saturation_evidence.unsafe", unsafe);
  }

  /** The share of unsafe pairs; 0 for an empty weight. */
  public double share() {
    return pairs == 0 ? 0 : (double) unsafe / pairs;
  }
}
