package dev.tailgate.engine.input;

import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.ElementType;
import java.util.Arrays;

/**
 * How one model input looks once every open dimension has a size.
 *
 * @param role what the input is for
 * @param shape sizes of one batch; the size at {@code batchAxis} is that of a full batch
 * @param batchAxis which axis counts samples, or -1 where the input is the same for all samples
 */
public record InputLayout(
    String name, ElementType type, InputRole role, long[] shape, int batchAxis) {
  /** Largest tensor that is made or read, in bytes. */
  public static final long LARGEST_TENSOR = 1L << 30;

  public InputLayout {
    shape = shape.clone();
  }

  /** Zeros for {@code samples} samples. */
  public Tensor allocate(int samples) {
    return Tensor.allocate(type, shapeFor(samples));
  }

  /**
   * The layout for sequences of {@code to} instead of {@code from} tokens. Masks, positions and
   * token types follow; the batch axis and all other inputs do not.
   */
  public InputLayout withSequence(int from, int to) {
    boolean isTokenWise =
        role instanceof InputRole.Mask
            || role instanceof InputRole.PositionIds
            || role instanceof InputRole.TokenTypes;
    if (!isTokenWise || from == to) {
      return this;
    }
    long[] resized = shape.clone();
    for (int axis = 0; axis < resized.length; axis++) {
      if (axis != batchAxis && resized[axis] == from) {
        resized[axis] = to;
      }
    }
    return new InputLayout(name, type, role, resized, batchAxis);
  }

  /** A mask {@code [B, total]} hides the first {@code hidden} columns; other layouts stay. */
  InputLayout hiding(int hidden, long total) {
    boolean covers = shape.length == 2 && shape[1] == total;
    return hidden > 0 && covers && role instanceof InputRole.Mask
        ? new InputLayout(name, type, new InputRole.Mask(hidden), shape, batchAxis)
        : this;
  }

  /** The shape with {@code samples} in place of the full batch. */
  public long[] shapeFor(int samples) {
    long[] sized = shape.clone();
    if (batchAxis >= 0) {
      sized[batchAxis] = samples;
    }
    return sized;
  }

  /**
   * Refuses sizes that overflow or exceed {@link #LARGEST_TENSOR}, before anything is allocated.
   */
  public void requireReasonable() {
    long bytes = Math.max(1, type.bits() / 8);
    boolean fits = true;
    boolean empty = Arrays.stream(shape).anyMatch(d -> d == 0);
    for (long dim : shape) {
      // Each factor is at most 2^30 here, so that the product cannot overflow.
      fits &= dim <= LARGEST_TENSOR && (bytes *= dim) <= LARGEST_TENSOR;
      if (!fits) {
        break;
      }
    }
    if (!fits && !empty) {
      throw DataException.doing("making model input " + name)
          .expected("at most 1 GiB a batch")
          .found(this.type.label() + Arrays.toString(shape))
          .fix("Use a smaller batch size or sequence length, or export with smaller dimensions.");
    }
  }

  @Override
  public long[] shape() {
    return shape.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof InputLayout layout
        && layout.name.equals(name)
        && layout.type == type
        && layout.role.equals(role)
        && Arrays.equals(layout.shape, shape)
        && layout.batchAxis == batchAxis;
  }

  @Override
  public int hashCode() {
    return 31 * name.hashCode() + Arrays.hashCode(shape);
  }
}
