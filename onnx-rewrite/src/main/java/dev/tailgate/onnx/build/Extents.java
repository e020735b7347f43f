package dev.tailgate.onnx.build;

import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.ElementType;
import java.util.List;

/**
 * Shape arithmetic inside a graph, so that sizes may differ from run to run. An extent is the size
 * of one dimension as int64 {@code [1]}.
 */
public final class Extents {
  /** The oldest opset with {@code Slice} bounds that are computed. */
  public static final int OPSET_OF_SLICES = 10;

  /** The oldest opset with {@code Range}. */
  public static final int OPSET_OF_POSITIONS = 11;

  private Extents() {}

  /** The extent of {@code axis}, which counts from 0. */
  public static String of(Ops ops, String value, int axis) {
    return ops.op("Gather", ops.op("Shape", value), ops.longs(axis));
  }

  /** A shape of these extents, int64 {@code [n]}. */
  public static String shape(Ops ops, String... extents) {
    return ops.concat(0, List.of(extents));
  }

  /** The positions {@code 0 .. extent - 1}, int64 {@code [extent]}; from opset 11 on. */
  public static String positions(Ops ops, String extent) {
    return ops.op(
        "Range",
        ops.scalar(ElementType.INT64, 0),
        ops.squeeze(extent, 0),
        ops.scalar(ElementType.INT64, 1));
  }

  /** The elements from extent {@code start} to before extent {@code end}; from opset 10 on. */
  public static String between(Ops ops, String value, String start, String end, int axis) {
    return ops.op("Slice", value, start, end, ops.longs(axis));
  }

  /** Zeros of {@code shape}; from opset 9 on. */
  public static String zeros(Ops ops, ElementType type, String shape) {
    return ops.cast(
        ops.node("ConstantOfShape", shape)
            .attribute("value", ConstantTensor.ofFloats("", List.of(1L), 0f))
            .add(),
        type);
  }

  /** {@code value} broadcast to {@code shape}; from opset 8 on. */
  public static String expand(Ops ops, String value, String shape) {
    return ops.op("Expand", value, shape);
  }

  /** The most negative finite number of a float type. */
  public static double lowest(ElementType type) {
    return switch (type) {
      case FLOAT16 -> -65504;
      case BFLOAT16 -> -0x1.FEp127;
      case DOUBLE -> -Double.MAX_VALUE;
      default -> -Float.MAX_VALUE;
    };
  }
}
