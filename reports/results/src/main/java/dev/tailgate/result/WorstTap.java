package dev.tailgate.result;

import java.util.List;
import java.util.Optional;

/**
 * A closer look at the tap with the worst outliers.
 *
 * @param tensor value name in the user's file
 * @param role what the tensor is in its block
 * @param layer transformer layer, or -1 for none
 * @param sample the sample the heat map shows
 * @param heatMap |x| of that sample over channels and tokens
 * @param histogram values of the tap over the samples looked at, signed
 * @param clipping what its quantizer can represent; empty when the tensor is not quantized
 * @param topChannels the channels with the largest magnitudes, largest first
 */
public record WorstTap(
    String tensor,
    String role,
    int layer,
    long sample,
    HeatMap heatMap,
    ValueHistogram histogram,
    Optional<GridRange> clipping,
    List<ChannelPeak> topChannels) {
  /** Copies what could change, and refuses what cannot be. */
  public WorstTap {
    Require.text("worst_tap.role", role);
    Require.indexOrNone("worst_tap.layer", layer);
    Require.notNegative("worst_tap.sample", sample);
    topChannels = List.copyOf(topChannels);
  }
}
