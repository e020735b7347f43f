package dev.tailgate.train.loop;

import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.onnx.fused.WrittenOut;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.GraphEdit;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.opset.RaiseOpset;
import dev.tailgate.onnx.quantized.ModelQuantization;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.quant.placement.Selector;
import dev.tailgate.quant.plan.AlreadyQuantized;
import dev.tailgate.quant.plan.Calibrated;
import dev.tailgate.train.graph.ParameterGroup;
import dev.tailgate.train.graph.TrainingPlan;
import dev.tailgate.train.qat.ThroughQuantizers;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A model to train in two forms whose initialisers have the same names: as it is saved, and as
 * gradients are taken of it, fused operators written out, in an operator set whose forms the rules
 * know.
 *
 * @param saved in its own operator set
 * @param trained what the training graph begins with
 * @param grids the quantizers in {@code trained}, where there are any
 */
record PreparedStudent(OnnxModel saved, OnnxModel trained, Optional<Calibrated> grids) {
  /**
   * Prepares the student of a training.
   *
   * @throws dev.tailgate.onnx.ir.ModelException for one that is quantized, or that has fused
   *     operators that cannot be written out, or operators of which there is no newer form
   */
  static PreparedStudent of(Training training, RunnerOptions options, RunProgress progress) {
    OnnxModel model = training.student();
    AlreadyQuantized.refuseAny(ModelQuantization.of(model), "training the model");
    OnnxModel raised = RaiseOpset.apply(WrittenOut.of(model));
    Optional<Calibrated> grids =
        training.quantizing().map(quantizing -> quantizing.of(raised, options, progress));
    return new PreparedStudent(model, grids.map(ThroughQuantizers::of).orElse(raised), grids);
  }

  /** {@code plan} with scales, which are no weights of the user's, left as they are. */
  TrainingPlan plan(TrainingPlan plan) {
    List<Selector> scales =
        grids
            .map(found -> ThroughQuantizers.scales(trained, found.model()))
            .orElse(List.of())
            .stream()
            .map(name -> Selector.parse("name:" + name))
            .toList();
    return scales.isEmpty() ? plan : plan.withGroups(List.of(ParameterGroup.frozen(scales)));
  }

  /** The model that is scored, with other weights: it rounds where the trained one does. */
  OnnxModel scored(Map<String, ConstantTensor> weights) {
    return grids.isEmpty() ? with(weights) : replaced(trained, weights);
  }

  /** The saved form with other weights. */
  OnnxModel with(Map<String, ConstantTensor> weights) {
    return replaced(saved, weights);
  }

  private static OnnxModel replaced(OnnxModel model, Map<String, ConstantTensor> weights) {
    GraphEdit edit = model.edit();
    weights.forEach(edit::replaceConstant);
    return edit.commit();
  }
}
