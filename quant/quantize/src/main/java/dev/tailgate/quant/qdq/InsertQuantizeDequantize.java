package dev.tailgate.quant.qdq;

import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.GraphEdit;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.placement.Quantizer;
import java.util.Map;

/**
 * Makes the fake-quant model: at each point the tensor passes through its grid.
 *
 * <pre>
 *   x ─ consumer   into   x ─ QuantizeLinear ─ DequantizeLinear ─ consumer
 * </pre>
 *
 * Weights stay where they are and are rounded by the same nodes, which the runtime folds once.
 */
public final class InsertQuantizeDequantize {
  private InsertQuantizeDequantize() {}

  /** Rounds at every point of {@code quantizers}. Graph outputs keep their float values. */
  public static OnnxModel apply(OnnxModel model, Map<QuantPoint, Quantizer> quantizers) {
    GraphEdit edit = model.edit();
    Ops ops = new Ops(model, edit, "InsertQuantizeDequantize");
    FakeQuant nodes = new FakeQuant(model, ops);
    quantizers.forEach((point, quantizer) -> insert(ops, nodes, point, quantizer));
    return edit.commit();
  }

  /** Rounds at one point, in an edit that others share. */
  public static void insert(Ops ops, FakeQuant nodes, QuantPoint point, Quantizer quantizer) {
    ops.about(point.tensor());
    String rounded = nodes.apply(point.tensor(), point.type(), point.rank(), quantizer);
    point.uses().forEach(use -> ops.edit().redirect(use, rounded));
  }
}
