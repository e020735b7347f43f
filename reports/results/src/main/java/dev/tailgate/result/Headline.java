package dev.tailgate.result;

/**
 * The numbers the papers print, over the taps of the preset.
 *
 * @param averageKurtosis mean of the taps' kurtosis
 * @param maxKurtosis largest of the taps' kurtosis
 * @param maxInfNorm largest of the taps' row-averaged infinity norm; not the global maximum
 * @param taps number of taps these are taken over
 * @param sites number of attention sites in the model
 */
public record Headline(
    double averageKurtosis, double maxKurtosis, double maxInfNorm, int taps, int sites) {
  /** Refuses what cannot be. */
  public Headline {
    Require.notNegative("headline.taps", taps);
    Require.notNegative("headline.sites", sites);
  }
}
