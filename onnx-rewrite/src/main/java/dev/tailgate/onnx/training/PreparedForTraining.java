package dev.tailgate.onnx.training;

import dev.tailgate.onnx.fused.WrittenOut;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.GraphEdit;
import dev.tailgate.onnx.ir.InlinedFunctions;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.opset.RaiseOpset;
import dev.tailgate.onnx.weight.TiedCopy;
import dev.tailgate.onnx.weight.UnaliasedWeights;
import java.util.List;
import java.util.Map;

/**
 * A model in two forms whose initialisers have the same names: as it is saved, and as the backward
 * pass wants it. Both compute what the model does.
 *
 * @param saved in its own operator set, with one initialiser for every vector; see {@link
 *     UnaliasedWeights}
 * @param trained functions in the place of their calls, fused operators written out, operators of
 *     opset 18 at least, and one initialiser for every matrix; see {@link TiedCopy}
 * @param copies initialisers of {@code saved} that {@code trained} computes from another
 */
public record PreparedForTraining(OnnxModel saved, OnnxModel trained, List<TiedCopy> copies) {
  /** Copies the list. */
  public PreparedForTraining {
    copies = List.copyOf(copies);
  }

  /**
   * {@code model} made ready, each step in the order that the next one needs.
   *
   * @throws dev.tailgate.onnx.ir.ModelException where its opset cannot be raised
   */
  public static PreparedForTraining of(OnnxModel model) {
    OnnxModel saved = UnaliasedWeights.apply(model);
    List<TiedCopy> copies = TiedCopy.of(saved);
    OnnxModel written = WrittenOut.of(InlinedFunctions.apply(saved));
    OnnxModel trained = TiedCopy.joined(RaiseOpset.apply(written), copies);
    return new PreparedForTraining(saved, trained, copies);
  }

  /** The saved form with other weights, by name; copies follow their tables. */
  public OnnxModel with(Map<String, ConstantTensor> weights) {
    GraphEdit edit = saved.edit();
    weights.forEach(edit::replaceConstant);
    for (TiedCopy tie : copies) {
      ConstantTensor table = weights.get(tie.table());
      if (table != null) {
        edit.replaceConstant(tie.copy(), tie.of(table));
      }
    }
    return edit.commit();
  }
}
