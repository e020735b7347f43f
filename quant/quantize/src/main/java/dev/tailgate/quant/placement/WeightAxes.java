package dev.tailgate.quant.placement;

import java.util.OptionalInt;

/**
 * Which axes of a weight, as it is stored, its readers treat how. Empty where layout changes on the
 * way hide it, or where several readers disagree.
 *
 * @param channel the output channels: each may have a scale of its own
 * @param sum the axis products are summed over: blocks lie along it
 */
public record WeightAxes(OptionalInt channel, OptionalInt sum) {
  /** Nothing is known. */
  public static final WeightAxes UNKNOWN = new WeightAxes(OptionalInt.empty(), OptionalInt.empty());

  /** What both readers agree on. */
  public WeightAxes and(WeightAxes other) {
    return new WeightAxes(
        channel.equals(other.channel) ? channel : OptionalInt.empty(),
        sum.equals(other.sum) ? sum : OptionalInt.empty());
  }
}
