package dev.tailgate.train.loop;

import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.onnx.fused.WrittenOut;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.GraphEdit;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.opset.RaiseOpset;
import dev.tailgate.onnx.quantized.ModelQuantization;
import dev.tailgate.quant.plan.AlreadyQuantized;
import java.util.Map;

/**
 * A model to train in two forms whose initialisers have the same names: as it is saved, and as
 * gradients are taken of it, fused operators written out, in an operator set whose forms the rules
 * know.
 *
 * @param saved in its own operator set
 * @param trained what the training graph begins with
 */
record PreparedStudent(OnnxModel saved, OnnxModel trained) {
  /**
   * Prepares {@code model}.
   *
   * @throws dev.tailgate.onnx.ir.ModelException for one that is quantized, or that has fused
   *     operators that cannot be written out, or operators of which there is no newer form
   */
  static PreparedStudent of(OnnxModel model, RunnerOptions options) {
    AlreadyQuantized.refuseAny(ModelQuantization.of(model), "training the model");
    return new PreparedStudent(model, RaiseOpset.apply(WrittenOut.of(model)));
  }

  /** The saved form with other weights. */
  OnnxModel with(Map<String, ConstantTensor> weights) {
    GraphEdit edit = saved.edit();
    weights.forEach(edit::replaceConstant);
    return edit.commit();
  }
}
