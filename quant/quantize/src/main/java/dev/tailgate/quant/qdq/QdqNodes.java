package dev.tailgate.quant.qdq;

import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.ModelException;
import dev.tailgate.onnx.ir.NodeDraft;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.quant.scheme.IntegerFormat;
import dev.tailgate.quant.scheme.NumberFormat;
import dev.tailgate.quant.scheme.QuantParams;
import dev.tailgate.quant.scheme.ScaleLayout;
import dev.tailgate.quant.scheme.TensorScheme;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * {@code QuantizeLinear} and {@code DequantizeLinear}. The standard operators have 8 bits from
 * opset 10 on, an axis from 13, 16 bits and blocks from 21; before that the same operators of the
 * {@code com.microsoft} domain are taken, which ONNX Runtime has for all opsets and fuses alike.
 */
public final class QdqNodes {
  private static final int FIRST_OPSET = 10;
  private static final int DYNAMIC_OPSET = 11;
  private static final int AXIS_OPSET = 13;
  private static final int BLOCKS_OPSET = 21;
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
    return params.format().hasOperators() && !(params.layout() instanceof ScaleLayout.Blocks);
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

  /**
   * Whether {@code DynamicQuantizeLinear} rounds by {@code scheme}: to {@code uint8}, asymmetric,
   * one scale a tensor, from opset 11 on.
   */
  boolean quantizesDynamically(TensorScheme scheme) {
    return ops.opset() >= DYNAMIC_OPSET
        && scheme.format().equals(new IntegerFormat(8, false))
        && !scheme.symmetric();
  }

  /** {@code DynamicQuantizeLinear} on float32 {@code x}, and back to reals. */
  String dynamicPair(String x) {
    List<String> q = ops.node("DynamicQuantizeLinear", x).outputs(3).addAll();
    return ops.op("DequantizeLinear", q.get(0), q.get(1), q.get(2));
  }

  private String computed(String op, String... inputs) {
    NodeDraft node = ops.node(op, inputs);
    return (model.opset() < FIRST_OPSET ? node.domain(contrib()) : node).add();
  }

  /** Scale and zero point as values of the graph, with the layout they are for. */
  public record Constants(String scale, String zeroPoint, QuantParams params) {}

  /** Adds scale and zero point, named after the value that nodes are made for. */
  public Constants constants(QuantParams params) {
    ElementType type = params.format().storage().type();
    ConstantTensor zeros =
        ConstantTensor.of(
            Ops.PREFIX + "zero_point", type, dims(params), packed(type, params.zeroPoints()));
    return new Constants(ops.edit().constant(scales(params)), ops.edit().constant(zeros), params);
  }

  /** Little-endian; two 4-bit numbers a byte, the first in the low half. */
  private static ByteBuffer packed(ElementType type, int[] values) {
    ByteBuffer raw =
        ByteBuffer.allocate((values.length * type.bits() + 7) / 8).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < values.length; i++) {
      switch (type.bits()) {
        case 4 -> raw.put(i / 2, (byte) (raw.get(i / 2) | (values[i] & 0xF) << (4 * (i % 2))));
        case 8 -> raw.put(i, (byte) values[i]);
        default -> raw.putShort(2 * i, (short) values[i]);
      }
    }
    return raw;
  }

  /** One operator; {@code op} is {@code QuantizeLinear} or {@code DequantizeLinear}. */
  public String node(String op, String x, Constants constants) {
    return draft(op, constants.params(), x, constants.scale(), constants.zeroPoint()).add();
  }

  /**
   * The real values of a weight that is stored in the format and layout of {@code params}.
   *
   * @throws ModelException where the operators of this opset lack the format or blocks
   */
  public String dequantizedWeight(String codes, QuantParams params) {
    return weightDraft(codes, params).add();
  }

  /** The same in the place of a node that the edit removes, under the names of its outputs. */
  public void dequantizedWeightAs(String codes, QuantParams params, List<String> outputs) {
    weightDraft(codes, params).addAs(outputs);
  }

  private NodeDraft weightDraft(String codes, QuantParams params) {
    requireOpset(params);
    NumberFormat format = params.format();
    boolean bytes = format.isUniform() && format.storage().type().bits() == 8;
    // Zero points of 0 are left out but for 8 bits, where the runtime looks for them to fuse.
    if (bytes || !params.isZeroCentred()) {
      Constants grid = constants(params);
      return draft("DequantizeLinear", params, codes, grid.scale(), grid.zeroPoint());
    }
    return draft("DequantizeLinear", params, codes, ops.edit().constant(scales(params)));
  }

  private void requireOpset(QuantParams params) {
    boolean blocks = params.layout() instanceof ScaleLayout.Blocks;
    NumberFormat format = params.format();
    int needed =
        Math.max(blocks ? BLOCKS_OPSET : 0, isInContrib(format) ? 0 : format.storage().opset());
    if (model.opset() < needed) {
      throw ModelException.doing("storing quantized weights")
          .expected("opset " + needed + " or later for " + (blocks ? "blocks" : format.label()))
          .found("opset " + model.opset())
          .fix(
              "Export the model with a newer opset, or give weights a scale a channel, as in"
                  + " --weights int4:channel.");
    }
  }

  private static ConstantTensor scales(QuantParams params) {
    return ConstantTensor.ofFloats(Ops.PREFIX + "scale", dims(params), params.scales());
  }

  private static List<Long> dims(QuantParams params) {
    if (params.layout() instanceof ScaleLayout.Blocks blocks) {
      return blocks.dims();
    }
    return params.layout() instanceof ScaleLayout.Whole
        ? List.of()
        : List.of((long) params.count());
  }

  private NodeDraft draft(String op, QuantParams params, String... inputs) {
    NodeDraft node = ops.node(op, inputs);
    if (params.layout() instanceof ScaleLayout.Axis axis) {
      node.attribute("axis", (long) axis.axis());
    } else if (params.layout() instanceof ScaleLayout.Blocks blocks) {
      node.attribute("axis", (long) blocks.axis()).attribute("block_size", (long) blocks.size());
    }
    return isContrib(params) ? node.domain(contrib()) : node;
  }

  private boolean isContrib(QuantParams params) {
    int axis = params.layout() instanceof ScaleLayout.Axis ? AXIS_OPSET : 0;
    return isInContrib(params.format())
        && model.opset() < Math.max(params.format().storage().opset(), axis);
  }

  /** The operators of the contrib domain take integers alone, of all widths. */
  private static boolean isInContrib(NumberFormat format) {
    return format.isUniform();
  }

  private String contrib() {
    ops.edit().importDomain(CONTRIB, 1);
    return CONTRIB;
  }
}
