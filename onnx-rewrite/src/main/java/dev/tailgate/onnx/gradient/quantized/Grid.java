package dev.tailgate.onnx.gradient.quantized;

import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.LongStream;

/**
 * The scale and zero point of a {@code QuantizeLinear} or {@code DequantizeLinear}: one of the
 * tensor, or one of each slice along an axis. Blocks of a scale are refused.
 *
 * @param around axes after that of the channels, which a scale lacks; empty for one of the tensor
 * @param others all axes but that of the channels
 */
record Grid(Adjoint node, OnnxNode quantizer, boolean isPerAxis, long[] around, long[] others) {
  private static final int SCALE = 1;
  private static final int ZERO_POINT = 2;

  static Grid of(Adjoint node, OnnxNode quantizer) {
    if (quantizer.intAttribute("block_size", 0) != 0) {
      throw node.refusal("it has a scale for each block of an axis");
    }
    List<Dim> scale =
        node.shapes()
            .of(quantizer.input(SCALE))
            .orElseThrow(() -> node.refusal("the rank of its scale is not known"));
    if (scale.isEmpty() || scale.equals(List.of(Dim.of(1)))) {
      return new Grid(node, quantizer, false, new long[0], new long[0]);
    }
    OptionalInt known = node.shapes().rank(quantizer.input(0));
    int rank = known.orElseThrow(() -> node.refusal("the rank of its input is not known"));
    long given = quantizer.intAttribute("axis", 1);
    long axis = given < 0 ? given + rank : given;
    long[] around = LongStream.range(1, rank - axis).toArray();
    long[] others = LongStream.range(0, rank).filter(i -> i != axis).toArray();
    return new Grid(node, quantizer, true, around, others);
  }

  private Value scale() {
    return shaped(node.graph().value(quantizer.input(SCALE)));
  }

  private Value shaped(Value channels) {
    return isPerAxis && around.length > 0 ? channels.unsqueeze(around) : channels;
  }

  /** Where {@code x} is rounded to a number of the grid, and not to a bound that is nearer. */
  Value inside(Value x) {
    ElementType type = codes();
    Value steps = x.over(scale()).op("Round");
    Value low = node.graph().scalar(x.type(), lowest(type));
    Value high = node.graph().scalar(x.type(), highest(type));
    if (quantizer.hasInput(ZERO_POINT)) {
      Value zero = shaped(node.graph().value(quantizer.input(ZERO_POINT))).cast(x.type());
      low = low.minus(zero);
      high = high.minus(zero);
    }
    Value isAbove = steps.op("GreaterOrEqual", low);
    return isAbove.op("And", steps.op("LessOrEqual", high)).of(ElementType.BOOL);
  }

  /** {@code sum(product) / scale}, in the shape of the scale. */
  Value scaleSum(Value product) {
    Value scale = node.graph().value(quantizer.input(SCALE));
    if (!isPerAxis) {
      Value sum = node.graph().node("ReduceSum", product).with("keepdims", 0).value();
      return sum.over(scale);
    }
    Value axes = node.graph().longs(others);
    boolean isVector = others.length == 0;
    Value sum =
        isVector
            ? product
            : node.graph().node("ReduceSum", product, axes).with("keepdims", 0).value();
    return sum.over(scale);
  }

  private ElementType codes() {
    if (quantizer.hasInput(ZERO_POINT)) {
      return node.graph().value(quantizer.input(ZERO_POINT)).type();
    }
    int code = (int) quantizer.intAttribute("output_dtype", ElementType.UINT8.code());
    return code == 0 ? ElementType.UINT8 : ElementType.ofCode(code);
  }

  private double lowest(ElementType type) {
    return switch (type) {
      case UINT2, UINT4, UINT8, UINT16 -> 0;
      case INT2, INT4, INT8, INT16 -> -(1L << (type.bits() - 1));
      default -> throw node.refusal("it rounds to " + type.label());
    };
  }

  private static double highest(ElementType type) {
    return switch (type) {
      case UINT2, UINT4, UINT8, UINT16 -> (1L << type.bits()) - 1;
      default -> (1L << (type.bits() - 1)) - 1;
    };
  }
}
