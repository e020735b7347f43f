package dev.tailgate.quant.deploy;

import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.quant.qdq.QdqNodes;
import dev.tailgate.quant.scheme.QuantParams;
import dev.tailgate.quant.scheme.ScaleLayout;

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
   * Whether {@code use} looks rows up in a table with one scale, in a type that can be looked up.
   */
  static boolean fits(OnnxGraph.Use use, QuantParams params) {
    return use.node().is("Gather")
        && use.inputIndex() == 0
        && params.layout() instanceof ScaleLayout.Whole
        && params.format().isUniform()
        && params.format().bits() == 8;
  }

  static void apply(
      Ops ops, QdqNodes operators, OnnxNode gather, String codes, QuantParams params) {
    String rows = ops.node("Gather", codes, gather.input(1)).attributesOf(gather).add();
    operators.dequantizedWeightAs(rows, params, gather.outputs());
    ops.edit().remove(gather);
  }
}
