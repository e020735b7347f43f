package dev.tailgate.quant.qdq;

import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.NodeDraft;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.quant.scheme.NumberFormat;
import dev.tailgate.quant.scheme.QuantParams;
import dev.tailgate.quant.scheme.ScaleLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * {@code QuantizeLinear} and {@code DequantizeLinear}. The standard operators have 8 bits from
 * opset 10 on, an axis from 13, 16 bits from 21; before that the same operators of the {@code
 * com.microsoft} domain are taken, which ONNX Runtime has for all opsets and fuses alike.
 */
public final class QdqNodes {
  private static final int FIRST_OPSET = 10;
  private static final int AXIS_OPSET = 13;
  private static final int WIDE_OPSET = 21;
  private static final String CONTRIB = "com.microsoft";

  private final OnnxModel model;
  private final Ops ops;

  /** For nodes in the edit of {@code ops}. */
  public QdqNodes(OnnxModel model, Ops ops) {
    this.model = model;
    this.ops = ops;
  }

  /** Whether the operators have this format and layout. */
  public boolean supports(QuantParams params) {
    return params.format() instanceof NumberFormat.Int i
        && (i.bits() == 8 || i.bits() == 16)
        && !(params.layout() instanceof ScaleLayout.Blocks);
  }

  /** The pair around float32 {@code x}. */
  public String pair(String x, QuantParams params) {
    Constants constants = constants(params);
    return node("DequantizeLinear", node("QuantizeLinear", x, constants), constants);
  }

  /** The pair around float32 {@code x}, with 8-bit grids that are values of the graph. */
  String pair(String x, String scale, String zeroPoint) {
    String q = computed("QuantizeLinear", x, scale, zeroPoint);
    return computed("DequantizeLinear", q, scale, zeroPoint);
  }

  private String computed(String op, String... inputs) {
    NodeDraft node = ops.node(op, inputs);
    return (model.opset() < FIRST_OPSET ? node.domain(contrib()) : node).add();
  }

  /** Scale and zero point as values of the graph, with the layout they are for. */
  public record Constants(String scale, String zeroPoint, QuantParams params) {}

  /** Adds scale and zero point, named after the value that nodes are made for. */
  public Constants constants(QuantParams params) {
    boolean whole = params.layout() instanceof ScaleLayout.Whole;
    List<Long> dims = whole ? List.of() : List.of((long) params.count());
    ElementType type = ((NumberFormat.Int) params.format()).storage();
    return new Constants(
        ops.edit().constant(ConstantTensor.ofFloats(Ops.PREFIX + "scale", dims, params.scales())),
        ops.edit()
            .constant(
                ConstantTensor.of(
                    Ops.PREFIX + "zero_point", type, dims, zeroPoints(type, params.zeroPoints()))),
        params);
  }

  private static ByteBuffer zeroPoints(ElementType type, int[] values) {
    ByteBuffer raw =
        ByteBuffer.allocate(values.length * type.bits() / 8).order(ByteOrder.LITTLE_ENDIAN);
    for (int value : values) {
      if (type.bits() == 8) {
        raw.put((byte) value);
      } else {
        raw.putShort((short) value);
      }
    }
    return raw.flip();
  }

  /** One operator; {@code op} is {@code QuantizeLinear} or {@code DequantizeLinear}. */
  public String node(String op, String x, Constants constants) {
    return draft(op, constants, x, constants.scale(), constants.zeroPoint()).add();
  }

  private NodeDraft draft(String op, Constants constants, String... inputs) {
    QuantParams params = constants.params();
    NodeDraft node = ops.node(op, inputs);
    if (params.layout() instanceof ScaleLayout.Axis axis) {
      node.attribute("axis", (long) axis.axis());
    }
    return isContrib(params) ? node.domain(contrib()) : node;
  }

  private boolean isContrib(QuantParams params) {
    boolean wide = params.format().bits() != 8;
    boolean axis = params.layout() instanceof ScaleLayout.Axis;
    return model.opset() < (wide ? WIDE_OPSET : axis ? AXIS_OPSET : FIRST_OPSET);
  }

  private String contrib() {
    ops.edit().importDomain(CONTRIB, 1);
    return CONTRIB;
  }
}
