package dev.tailgate.onnx.quantized;

import dev.tailgate.onnx.ir.GraphEdit;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A model whose integer operators are written as the standard ones they stand for, between
 * dequantized tensors:
 *
 * <pre>
 *   x ─ DynamicQuantizeLinear ─ MatMulInteger ─ Cast ─ Mul ─ y        QLinearMatMul(a, b) ─ y
 *
 *   x ─ DynamicQuantizeLinear ─ DequantizeLinear ─ MatMul ─ y         DequantizeLinear(a) ─ MatMul ─ QuantizeLinear ─ y
 *                     int8 w ─ DequantizeLinear ─┘                    DequantizeLinear(b) ─┘
 * </pre>
 *
 * <p>It rounds where the original rounds, by the same grids, and computes in float in between: the
 * two differ by float rounding, and by what integer kernels saturate. Values that the operators
 * read and give keep their names, so sites, roles and measurements of this form are those of the
 * original. {@link IntegerSpellings} is the list of operators; others stay as they are.
 *
 * @param model the form; the original itself where it has no such operator
 * @param origins nodes of the original by the first output of the product that stands for them
 */
public record DequantizedForm(OnnxModel model, Map<String, OnnxNode> origins) {
  /** Copies the map. */
  public DequantizedForm {
    origins = Map.copyOf(origins);
  }

  /** The form of {@code model}; its branches, loops and functions stay as they are. */
  public static DequantizedForm of(OnnxModel model) {
    if (model.graph().nodes().stream().noneMatch(IntegerSpellings::isInteger)) {
      return new DequantizedForm(model, Map.of());
    }
    GraphEdit edit = model.edit();
    RealNodes nodes = new RealNodes(model, edit);
    Map<String, OnnxNode> origins = new HashMap<>();
    for (OnnxNode node : model.graph().nodes()) {
      Optional<String> product = IntegerSpellings.write(node, nodes);
      product.ifPresent(output -> origins.put(output, node));
    }
    return new DequantizedForm(edit.commit(), origins);
  }
}
