package dev.tailgate.result;

/**
 * Where in the measured data a value occurs. Counts from 0; -1 for an axis the tensor does not
 * have.
 *
 * @param sample index of the sample over the whole run, independent of batching
 * @param token position along the sequence
 * @param channel index along the last axis
 */
public record ElementPlace(long sample, int token, int channel) {
  /** Refuses what cannot be. */
  public ElementPlace {
    Require.indexOrNone("place.sample", sample);
    Require.indexOrNone("place.token", token);
    Require.indexOrNone("place.channel", channel);
  }
}
