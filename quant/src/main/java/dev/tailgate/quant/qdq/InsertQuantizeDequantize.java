package dev.tailgate.quant.qdq;

import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.GraphEdit;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.quant.scheme.QuantParams;
import java.util.List;
import java.util.Map;

/**
 * Makes the fake-quant model: at each point the tensor passes through its integer grid.
 *
 * <pre>
 *   x ─ consumer   into   x ─ QuantizeLinear ─ DequantizeLinear ─ consumer
 * </pre>
 *
 * Weights stay where they are and are rounded by the same nodes, which the runtime folds once.
 */
public final class InsertQuantizeDequantize {
  private InsertQuantizeDequantize() {}

  /** Inserts a pair at every point of {@code params}. Graph outputs keep their float values. */
  public static OnnxModel apply(OnnxModel model, Map<QuantPoint, QuantParams> params) {
    GraphEdit edit = model.edit();
    Ops ops = new Ops(model, edit, "InsertQuantizeDequantize");
    FakeQuantNodes nodes = new FakeQuantNodes(model, ops);
    params.forEach((point, grid) -> insert(ops, nodes, point, grid));
    return edit.commit();
  }

  /** Inserts one pair into an edit that others share. */
  public static void insert(Ops ops, FakeQuantNodes nodes, QuantPoint point, QuantParams grid) {
    ops.about(point.tensor());
    String scale =
        ops.edit()
            .constant(ConstantTensor.ofFloats(point.tensor() + "/scale", List.of(), grid.scale()));
    String zero =
        ops.edit()
            .constant(
                ConstantTensor.ofByte(
                    point.tensor() + "/zero_point", grid.type(), grid.zeroPoint()));
    String x = nodes.widened(point.tensor(), point.type());
    String rounded = nodes.narrowed(nodes.pair(x, scale, zero), point.type());
    point.uses().forEach(use -> ops.edit().redirect(use, rounded));
  }
}
