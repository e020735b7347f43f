package dev.tailgate.quant.encodings;

import dev.tailgate.quant.scheme.NumberFormat;
import dev.tailgate.quant.scheme.QuantParams;
import dev.tailgate.quant.scheme.ScaleLayout;
import java.util.ArrayList;
import java.util.List;

/** Puts the layouts of entries together, as far as they are sound. */
final class Layouts {
  private Layouts() {}

  /** Channels of a tensor, whose shape may be known. */
  static ScaleLayout axis(EncodingEntry entry, int axis, int scales, List<Long> dims) {
    boolean known = !dims.isEmpty();
    if (axis < 0 || (known && axis >= dims.size())) {
      throw entry.refused("an axis of the tensor", "axis " + axis);
    }
    if (known && dims.get(axis) != scales) {
      throw entry.refused(
          dims.get(axis) + " scales, as many as axis " + axis + " is long",
          Integer.toString(scales));
    }
    return new ScaleLayout.Axis(axis);
  }

  /** Blocks of {@code size} along the axis of a tensor of this shape. */
  static ScaleLayout blocks(EncodingEntry entry, int axis, int size, int scales, List<Long> dims) {
    if (axis < 0 || axis >= dims.size() || size < 1) {
      throw entry.refused(
          "blocks along an axis of " + dims, "blocks of " + size + " along axis " + axis);
    }
    List<Long> few = new ArrayList<>(dims);
    long length = dims.get(axis);
    few.set(axis, (length + size - 1) / size);
    long expected = product(few);
    if (expected != scales) {
      throw entry.refused(expected + " scales for blocks of " + dims, Integer.toString(scales));
    }
    return new ScaleLayout.Blocks(axis, size, length, few);
  }

  /** 0 where a dimension is not positive, the largest long where the product is larger. */
  private static long product(List<Long> dims) {
    long product = 1;
    for (long dim : dims) {
      if (dim < 1) {
        return 0;
      }
      product = product > Long.MAX_VALUE / dim ? Long.MAX_VALUE : product * dim;
    }
    return product;
  }

  /** One scale. */
  static ScaleLayout whole(EncodingEntry entry, int scales) {
    if (scales != 1) {
      throw entry.refused("one scale for the whole tensor", Integer.toString(scales));
    }
    return new ScaleLayout.Whole();
  }

  /** The parameters, with zero points that the format has. */
  static QuantParams params(
      EncodingEntry entry, NumberFormat format, ScaleLayout layout, float[] scales, int[] zeros) {
    for (int zero : zeros) {
      if (!format.isZeroPoint(zero)) {
        throw entry.refused("zero points among the numbers " + format.label(), "" + zero);
      }
    }
    return QuantParams.of(format, layout, scales, zeros);
  }

  static TensorEncoding encoding(
      EncodingEntry entry, String tensor, QuantParams params, boolean symmetric) {
    try {
      return new TensorEncoding(tensor, params, symmetric);
    } catch (IllegalArgumentException e) {
      throw entry.refused("an encoding that fits together", "'" + e.getMessage() + "'");
    }
  }
}
