package dev.tailgate.quant.scheme;

import java.util.List;

/** Where in a tensor of known shape each scale of a {@link QuantParams} applies. */
public sealed interface ScaleLayout {
  /** One scale. */
  record Whole() implements ScaleLayout {}

  /** One scale for each index of {@code axis}. */
  record Axis(int axis) implements ScaleLayout {
    /** Refuses axes counted from the end: files of other tools are compared by number. */
    public Axis {
      if (axis < 0) {
        throw new IllegalArgumentException("An axis is counted from 0, found " + axis);
      }
    }
  }

  /**
   * One scale for every {@code size} consecutive elements along {@code axis}.
   *
   * @param length number of elements of the tensor along {@code axis}
   * @param dims shape of the scales: that of the tensor with {@code ceil(length / size)} at the
   *     axis
   */
  record Blocks(int axis, int size, long length, List<Long> dims) implements ScaleLayout {
    /** Copies the shape. */
    public Blocks {
      if (axis < 0
          || size < 1
          || axis >= dims.size()
          || dims.get(axis) != (length + size - 1) / size) {
        throw new IllegalArgumentException(
            "Blocks of " + size + " along axis " + axis + " of scales " + dims);
      }
      dims = List.copyOf(dims);
    }
  }
}
