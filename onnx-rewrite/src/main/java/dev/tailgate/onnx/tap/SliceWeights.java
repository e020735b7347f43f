package dev.tailgate.onnx.tap;

import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.ValueInfo;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.LongStream;

/**
 * Aligns the token mask of a batch with the slices of an activation: 1 for slices of real tokens, 0
 * for padding. Adds the mask as an input of the model the first time it is needed.
 */
public final class SliceWeights {
  /** Input {@code [B, T]}, 1 for tokens and 0 for padding, of models instrumented for padding. */
  public static final String TOKEN_MASK = "tailgate/token_mask";

  private static final int DYNAMIC_SLICE = 10;

  private final Ops ops;
  private final boolean padded;
  private boolean declared;

  /** Without {@code padded} no slice has a weight. */
  public SliceWeights(Ops ops, boolean padded) {
    this.ops = ops;
    this.padded = padded;
  }

  /**
   * Weights in the shape of {@code perSlice}, a value with one element a slice, which is asked for
   * only when needed; empty where the activation has no token positions.
   */
  public Optional<String> of(TokenLayout tokens, int rank, Supplier<String> perSlice) {
    if (!padded || tokens instanceof TokenLayout.None) {
      return Optional.empty();
    }
    declare();
    if (tokens instanceof TokenLayout.Axis token) {
      // [B, T] becomes [B, 1.., T, 1.., 1] and then the shape of the slices.
      long[] axes =
          LongStream.range(0, rank)
              .filter(axis -> axis != token.samples() && axis != token.axis())
              .toArray();
      String shape = ops.op("Shape", perSlice.get());
      return Optional.of(
          ops.op("Expand", ops.unsqueeze(fitting(shape, token.axis()), axes), shape));
    }
    return Optional.of(ops.reshape(TOKEN_MASK, -1, 1));
  }

  /**
   * The mask where its length is that of the axis, else ones {@code [B, 1]}: for keys of a cache,
   * or of another sequence, of which the mask says nothing.
   */
  private String fitting(String shape, int axis) {
    if (ops.opset() < DYNAMIC_SLICE) {
      return TOKEN_MASK;
    }
    String columns = ops.op("Gather", ops.op("Shape", TOKEN_MASK), ops.longs(1));
    String length = ops.op("Gather", shape, ops.longs(axis));
    String fits = ops.cast(ops.op("Equal", length, columns), ElementType.FLOAT);
    String wanted = ops.op("Mul", ops.cast(columns, ElementType.FLOAT), fits);
    String kept = ops.cast(ops.op("Max", wanted, ops.scalar(1)), ElementType.INT64);
    String mask = ops.op("Slice", TOKEN_MASK, ops.longs(0), kept, ops.longs(1));
    return ops.op("Max", mask, ops.op("Sub", ops.scalar(1), fits));
  }

  private void declare() {
    if (!declared) {
      declared = true;
      ops.edit()
          .addInput(
              new ValueInfo(
                  TOKEN_MASK,
                  ElementType.FLOAT,
                  Optional.of(List.of(new Dim.Unknown(), new Dim.Unknown()))));
    }
  }
}
