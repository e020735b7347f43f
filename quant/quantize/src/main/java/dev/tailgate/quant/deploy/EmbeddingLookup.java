package dev.tailgate.quant.deploy;

import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.quant.qdq.QdqNodes;
import dev.tailgate.quant.scheme.QuantParams;
import dev.tailgate.quant.scheme.ScaleLayout;
import java.util.List;

/**
 * Looks rows up in a quantized table and dequantizes those. A dequantize node in front of the
 * look-up would convert the whole table in every run, which takes a hundred times as long.
 *
 * <pre>
 *   DequantizeLinear(table) ─ Gather   into   Gather(table) ─ DequantizeLinear
 * </pre>
 */
final class EmbeddingLookup {
  private EmbeddingLookup() {}

  /**
   * Whether {@code use} looks rows up in a table with one scale, or one for each row with zero
   * points of 0, in a type that can be looked up.
   */
  static boolean fits(OnnxGraph.Use use, QuantParams params) {
    return use.node().is("Gather")
        && use.inputIndex() == 0
        && (params.layout() instanceof ScaleLayout.Whole || isByRow(use.node(), params))
        && params.format().isUniform()
        && params.format().bits() == 8;
  }

  private static boolean isByRow(OnnxNode gather, QuantParams params) {
    return params.layout() instanceof ScaleLayout.Axis axis
        && axis.axis() == 0
        && gather.intAttribute("axis", 0) == 0
        && params.isZeroCentred();
  }

  static void apply(
      Ops ops, QdqNodes operators, OnnxNode gather, String codes, QuantParams params) {
    String rows = ops.node("Gather", codes, gather.input(1)).attributesOf(gather).add();
    if (params.layout() instanceof ScaleLayout.Whole) {
      operators.dequantizedWeightAs(rows, params, gather.outputs());
    } else {
      byRow(ops, gather, rows, params);
    }
    ops.edit().remove(gather);
  }

  /** Scales are looked up beside the rows. */
  private static void byRow(Ops ops, OnnxNode gather, String rows, QuantParams params) {
    String table =
        ops.edit()
            .constant(
                ConstantTensor.ofFloats(
                    Ops.PREFIX + "row_scales", List.of((long) params.count()), params.scales()));
    String scales = ops.node("Gather", table, gather.input(1)).attributesOf(gather).add();
    ops.node("Mul", ops.cast(rows, ElementType.FLOAT), ops.unsqueeze(scales, -1))
        .addAs(gather.outputs());
  }
}
