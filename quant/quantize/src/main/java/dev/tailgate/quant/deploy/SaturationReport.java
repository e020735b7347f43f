package dev.tailgate.quant.deploy;

import java.util.Optional;

/**
 * What a weight risks in 16-bit sums of two products.
 *
 * @param tensor the weight
 * @param pairs consecutive ones along the summed axis, an odd last one alone
 * @param outputs sums, that is channels, times the leading dimensions of a stack of matrices
 * @param anyCode for activations that may have every 8-bit code
 * @param calibrated for the largest code that calibration saw, where it is known
 */
public record SaturationReport(
    String tensor, long pairs, long outputs, Unsafe anyCode, Optional<Unsafe> calibrated) {

  /**
   * What can overflow.
   *
   * @param upperCode largest code of the activation, of {@code 0..255}
   * @param pairs those whose two products can leave 16 bits
   * @param outputs those with such a pair
   */
  public record Unsafe(int upperCode, long pairs, long outputs) {}

  /** The share of pairs that can overflow under some activation; 0 for an empty weight. */
  public double unsafeShare() {
    return pairs == 0 ? 0 : (double) anyCode.pairs() / pairs;
  }
}
