package dev.tailgate.quant.weights;

import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.scheme.Granularity;
import dev.tailgate.quant.scheme.ScaleLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Where the scales of a weight apply.
 *
 * <p>Vectors have one scale whatever was asked for: a norm's weights are not summed, and a scale
 * for each would be the weights themselves.
 *
 * @param fallback why there is one scale although more were asked for
 */
record WeightLayout(ScaleLayout layout, Optional<String> fallback) {

  static WeightLayout of(QuantPoint.Weight weight, Granularity granularity) {
    if (weight.rank() < 2 || granularity instanceof Granularity.PerTensor) {
      return new WeightLayout(new ScaleLayout.Whole(), Optional.empty());
    }
    if (granularity instanceof Granularity.PerBlock block) {
      OptionalInt sum = weight.axes().sum();
      return sum.isPresent()
          ? new WeightLayout(blocks(weight.dims(), sum.getAsInt(), block.size()), Optional.empty())
          : whole("the axis it is summed over is not known, or its readers differ in it");
    }
    OptionalInt channel = weight.axes().channel();
    return channel.isPresent()
        ? new WeightLayout(new ScaleLayout.Axis(channel.getAsInt()), Optional.empty())
        : whole("its output channels are not known, or its readers differ in them");
  }

  private static WeightLayout whole(String reason) {
    return new WeightLayout(
        new ScaleLayout.Whole(), Optional.of("one scale for the whole tensor: " + reason));
  }

  private static ScaleLayout blocks(List<Long> dims, int axis, int size) {
    List<Long> few = new ArrayList<>(dims);
    long length = dims.get(axis);
    few.set(axis, (length + size - 1) / size);
    return new ScaleLayout.Blocks(axis, size, length, few);
  }
}
